// SPDX-License-Identifier: Apache-2.0
// Rules about one file alone.
#include <map>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/utf8.hpp"

namespace sparkwarden::probes::config {
namespace {

// Earlier places of one key that a finding lists.
constexpr std::size_t kRelatedMax = 5;

Finding found_at(
    const Code& row, const std::string& path, Place at, std::string subject, std::string message) {
  Finding finding = found(row, std::move(subject), std::move(message));
  finding.location = locate(path, at);
  return finding;
}

// --- spark-defaults.conf ---

Judgement loading_problems(const DefaultsFile& file) {
  Judgement judgement;
  for (const PropertiesProblem& problem : file.content.problems) {
    const auto report = [&](const Code& row, std::string message) {
      judgement.findings.push_back(
          found_at(row, file.path, problem.at, file.path, std::move(message)));
    };
    switch (problem.kind) {
      case PropertiesProblem::Kind::bad_unicode_escape:
        report(kDefaultsMalformed, "\\u must be followed by four hex digits");
        break;
      case PropertiesProblem::Kind::malformed_utf8:
        report(kDefaultsEncoding, "a byte that is not UTF-8");
        break;
      case PropertiesProblem::Kind::byte_order_mark:
        report(kDefaultsByteOrderMark,
               "the file begins with a byte order mark, which becomes part of its first key");
        break;
      case PropertiesProblem::Kind::too_many:
        judgement.unlooked.push_back(unlooked(kFileNotJudged,
                                              file.path,
                                              "more than " + std::to_string(kPropertiesMax) +
                                                  " properties; the rest of " + file.path +
                                                  " was not looked at"));
        break;
    }
  }
  return judgement;
}

std::vector<Finding> keys_that_are_not_sparks(const DefaultsFile& file) {
  std::vector<Finding> findings;
  for (const Property& property : file.content.entries) {
    const std::string& key = property.key.text;
    // The key behind a byte order mark has a finding of its own.
    if (key.starts_with("spark.") || key.starts_with(kByteOrderMark)) continue;
    const std::string shown = shown_text(key);
    Finding finding = found_at(kDefaultsNotSpark,
                               file.path,
                               property.key.at,
                               shown,
                               "`" + shown + "` does not begin with spark., so Spark drops it");
    finding.effect = "WARN SparkSubmit: Ignoring non-Spark config property: " + shown;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> keys_with_two_values(const DefaultsFile& file) {
  std::map<std::string_view, std::vector<const Property*>> by_key;
  for (const Property& property : file.content.entries) {
    if (property.key.text.starts_with("spark.")) by_key[property.key.text].push_back(&property);
  }
  std::vector<Finding> findings;
  for (const auto& [key, properties] : by_key) {
    const Property& last = *properties.back();
    std::vector<Span> earlier;
    for (const Property* property : properties) {
      if (property->value.text == last.value.text || earlier.size() == kRelatedMax) continue;
      earlier.push_back({locate(file.path, property->key.at),
                         "has no effect: " + shown_value(key, property->value.text)});
    }
    if (earlier.empty()) continue;
    const std::string shown = shown_text(key);
    Finding finding = found_at(
        kDefaultsDuplicateKey,
        file.path,
        last.key.at,
        shown,
        shown + " is set more than once; this line wins with " + shown_value(key, last.value.text));
    finding.related = std::move(earlier);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

Judgement judge(const DefaultsFile& file) {
  Judgement judgement = loading_problems(file);
  judgement.add(keys_that_are_not_sparks(file));
  judgement.add(keys_with_two_values(file));
  judgement.add(judge_settings(file));
  return judgement;
}

Judgement judge(const TemplateFile& file) {
  Judgement judgement;
  for (const TemplateProblem& problem : file.content.problems) {
    const std::string reason = shown_text(problem.reason);
    if (problem.kind == TemplateProblem::Kind::declined) {
      const std::string at = problem.at.line == 0
                                 ? ""
                                 : " (line " + std::to_string(problem.at.line) + ", column " +
                                       std::to_string(problem.at.column) + ")";
      judgement.unlooked.push_back(
          unlooked(kFileNotJudged, file.path, file.path + " was not judged: " + reason + at));
      continue;
    }
    Finding finding = found_at(kTemplateMalformed, file.path, problem.at, file.path, reason);
    if (problem.related.line > 0) {
      finding.related.push_back({locate(file.path, problem.related), "the same key before"});
    }
    judgement.findings.push_back(std::move(finding));
  }
  return judgement;
}

}  // namespace sparkwarden::probes::config
