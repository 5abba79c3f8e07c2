// SPDX-License-Identifier: Apache-2.0
// Blanks at the ends of Hadoop's values. Most are harmless: getTrimmed, getInt, getBoolean,
// getClass and their like drop them. These keys are read with get, and break; each was seen to,
// with Hadoop 3.3.4 and 3.5.0 (BlanksInHadoopXml.*).
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/hadoop_variables.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

struct Keeping {
  std::string_view name;
  Severity severity;
  std::string_view effect;
  bool list = false;  // split at commas, and each part is read with its blanks
};

constexpr std::string_view kDefaultFsRefused =
    "Spark 3.5 (Hadoop 3.3) fails at the first path: java.lang.IllegalArgumentException: Illegal "
    "character in scheme name at index 0; newer ones drop the blanks";

constexpr std::array<Keeping, 6> kKeeping{
    {{"fs.defaultFS", Severity::warning, kDefaultFsRefused},
     {"fs.default.name", Severity::warning, kDefaultFsRefused},
     {"hadoop.security.authentication",
      Severity::error,
      "Spark does not start: java.lang.IllegalArgumentException: Invalid attribute value for "
      "hadoop.security.authentication"},
     {"hadoop.security.credential.provider.path",
      Severity::error,
      "no credential can be read, those of S3A among them: java.io.IOException: Configuration "
      "problem with provider path."},
     {"hive.metastore.uris",
      Severity::warning,
      "the client of the metastore fails: MetaException(message:Got exception: "
      "java.net.URISyntaxException Illegal character in ...)",
      true},
     {"hive.metastore.warehouse.dir",
      Severity::warning,
      "no table can be made in the default database: java.net.URISyntaxException: Illegal "
      "character in scheme name at index 0, or a directory whose name has the blanks"}}};

bool blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

bool has_blank_ends(std::string_view text) {
  return !text.empty() && (blank(text.front()) || blank(text.back()));
}

/// Which blanks Hadoop takes for a part of the value, in words; empty for none.
std::string_view kept(const Keeping& key, std::string_view value) {
  if (std::ranges::all_of(value, blank)) return {};
  if (has_blank_ends(value)) return "begins or ends with blanks";
  if (!key.list) return {};
  for (std::size_t at = value.find(','); at != std::string_view::npos;
       at = value.find(',', at + 1)) {
    const bool before = at > 0 && blank(value[at - 1]);
    if (before || (at + 1 < value.size() && blank(value[at + 1]))) return "has blanks at a comma";
  }
  return {};
}

}  // namespace

std::vector<Finding> blanks_that_hadoop_keeps(const CoreSiteFile& file) {
  const HadoopValues values(file.content);
  std::vector<Finding> findings;
  for (const Keeping& key : kKeeping) {
    const HadoopProperty* property = values.find(key.name);
    if (property == nullptr) continue;
    const std::string_view where = kept(key, property->value.text);
    if (where.empty()) continue;
    Finding finding = found(kCoreSiteBlanks,
                            std::string(key.name),
                            "the value of " + std::string(key.name) + " " + std::string(where) +
                                ", and Hadoop takes them for a part of it");
    finding.location = locate(file.path_of(*property), property->value.at);
    finding.severity = key.severity;
    finding.effect = key.effect;
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace sparkwarden::probes::config
