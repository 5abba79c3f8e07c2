// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/baseline.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace sparkwarden::lint {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

}  // namespace

tl::expected<Baseline, std::string> parse_baseline(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return tl::unexpected("is not JSON: " + error.message());
  const json::object* object = value.if_object();
  const json::value* version = object == nullptr ? nullptr : object->if_contains("version");
  if (version == nullptr || *version != 1) {
    return tl::unexpected(std::string("is no baseline of version 1"));
  }
  const json::value* findings = object->if_contains("findings");
  if (findings == nullptr || !findings->is_array()) {
    return tl::unexpected(std::string("has no list `findings`"));
  }
  Baseline baseline;
  for (const json::value& each : findings->get_array()) {
    const json::object* entry = each.if_object();
    const std::string fingerprint = entry == nullptr ? "" : text_in(*entry, "fingerprint");
    if (fingerprint.empty())
      return tl::unexpected(std::string("has a finding without fingerprint"));
    baseline.emplace(
        fingerprint,
        BaselineEntry{
            text_in(*entry, "code"), text_in(*entry, "path"), text_in(*entry, "subject")});
  }
  return baseline;
}

std::string print_baseline(const Baseline& baseline) {
  std::vector<std::pair<std::string, BaselineEntry>> entries(baseline.begin(), baseline.end());
  std::ranges::sort(entries, {}, [](const auto& entry) {
    return std::tuple(entry.second.path, entry.second.code, entry.second.subject, entry.first);
  });
  std::string text = "{\"version\": 1, \"findings\": [";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [fingerprint, entry] = entries[i];
    const json::object object{{"path", entry.path},
                              {"code", entry.code},
                              {"subject", entry.subject},
                              {"fingerprint", fingerprint}};
    text += (i == 0 ? "\n" : ",\n") + json::serialize(object);
  }
  return text + "\n]}\n";
}

Baseline baseline_of(const std::vector<Reviewed>& reviewed, const SourceLine& source_line) {
  Baseline baseline;
  Fingerprints fingerprints(source_line);
  for (const Reviewed& each : reviewed) {
    for (const Finding& finding : each.findings) {
      baseline.emplace(fingerprints.of(finding),
                       BaselineEntry{finding.code,
                                     finding.location ? finding.location->path : std::string(),
                                     finding.subject});
    }
  }
  return baseline;
}

Known subtract(const Baseline& baseline,
               const SourceLine& source_line,
               std::vector<Reviewed>& reviewed) {
  Known known;
  std::set<std::string> matched;
  Fingerprints fingerprints(source_line);
  for (Reviewed& each : reviewed) {
    known.findings += std::erase_if(each.findings, [&](const Finding& finding) {
      const std::string fingerprint = fingerprints.of(finding);
      const bool is_known = baseline.contains(fingerprint);
      if (is_known) matched.insert(fingerprint);
      return is_known;
    });
  }
  known.gone = baseline.size() - matched.size();
  return known;
}

}  // namespace sparkwarden::lint
