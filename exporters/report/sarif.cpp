// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/sarif.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "exporters/finding_json.hpp"
#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;

std::string_view level_of(Severity severity) {
  return severity == Severity::info ? "note" : to_string(severity);
}

json::object message_of(std::string_view text) {
  return {{"text", json_text(text)}};
}

/// A path as a URI: relative ones stay relative to the repository.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/@+=,";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 15U];
    }
  }
  return uri;
}

std::string text_of(const Finding& finding) {
  std::string text = finding.message;
  if (!finding.effect.empty()) text += "\neffect: " + finding.effect;
  if (!finding.fix.empty()) text += "\nfix: " + finding.fix;
  return text;
}

class Writer {
 public:
  explicit Writer(const SarifOptions& options)
      : options_(options), fingerprints_(options.source_line) {}

  json::object write(const ReportDocument& document) {
    bool complete = true;
    json::array notifications;
    for (const CheckReport& check : document.checks) {
      for (const Finding& finding : check.findings) results_.push_back(result(finding, document));
      for (const Suppressed& suppressed : check.suppressed) {
        json::object hidden = result(suppressed.finding, document);
        // Without a status, which readers of early drafts call otherwise, it counts as accepted.
        hidden["suppressions"] =
            json::array{json::object{{"kind", suppressed.in_source ? "inSource" : "external"},
                                     {"justification", json_text(suppressed.reason)}}};
        results_.push_back(std::move(hidden));
      }
      for (const Unlooked& unlooked : check.unlooked) {
        complete = false;
        notifications.push_back(
            json::object{{"level", "warning"},
                         {"message", message_of(unlooked.message)},
                         {"descriptor", json::object{{"id", json_text(unlooked.code)}}}});
      }
    }
    json::object invocation{{"executionSuccessful", complete}};
    if (!notifications.empty()) {
      invocation["toolExecutionNotifications"] = std::move(notifications);
    }
    const json::object driver{{"name", json_text(document.tool_name)},
                              {"semanticVersion", json_text(document.tool_version)},
                              {"rules", std::move(rules_)}};
    return {{"tool", json::object{{"driver", driver}}},
            {"invocations", json::array{std::move(invocation)}},
            {"columnKind", "unicodeCodePoints"},
            {"results", std::move(results_)}};
  }

 private:
  json::object result(const Finding& finding, const ReportDocument& document) {
    json::object made{{"ruleId", json_text(finding.code)},
                      {"ruleIndex", rule_index(finding.code, document)},
                      {"level", json_text(level_of(finding.severity))},
                      {"message", message_of(text_of(finding))}};
    if (finding.location) {
      made["locations"] =
          json::array{json::object{{"physicalLocation", physical(*finding.location, true)}}};
    }
    json::array related;
    for (const Span& span : finding.related) {
      related.push_back(json::object{{"id", related.size()},
                                     {"message", message_of(span.message)},
                                     {"physicalLocation", physical(span.location, false)}});
    }
    if (!related.empty()) made["relatedLocations"] = std::move(related);
    made["partialFingerprints"] =
        json::object{{"sparkwarden/v1", json_text(fingerprints_.of(finding))}};
    return made;
  }

  json::object physical(const Location& at, bool with_snippet) const {
    json::object place{{"artifactLocation", json::object{{"uri", json_text(uri_of(at.path))}}}};
    if (at.line <= 0) return place;
    std::optional<std::string> line;
    if (options_.source_line) line = options_.source_line(at.path, at.line);
    // Our columns count bytes, those of SARIF characters.
    const auto column = [&](int byte) {
      const std::string before = line ? line->substr(0, static_cast<std::size_t>(byte - 1))
                                      : std::string(static_cast<std::size_t>(byte - 1), ' ');
      return columns(before) + 1;
    };
    json::object region{{"startLine", at.line}};
    if (at.column > 0) region["startColumn"] = column(at.column);
    if (at.column > 0 && at.end_column > at.column) region["endColumn"] = column(at.end_column);
    if (with_snippet && line) region["snippet"] = json::object{{"text", json_text(*line)}};
    place["region"] = std::move(region);
    return place;
  }

  std::size_t rule_index(const std::string& code, const ReportDocument& document) {
    const auto [known, fresh] = indexes_.try_emplace(code, rules_.size());
    if (fresh) rules_.push_back(rule(code, document));
    return known->second;
  }

  json::object rule(const std::string& code, const ReportDocument& document) const {
    json::object made{{"id", json_text(code)}};
    const auto row = std::ranges::find(document.rules, code, &Code::code);
    if (row == document.rules.end()) return made;
    made["shortDescription"] = message_of(row->meaning);
    if (row->severity) {
      made["defaultConfiguration"] = json::object{{"level", json_text(level_of(*row->severity))}};
    }
    const std::string plain =
        "effect: " + std::string(row->effect) + "\nfix: " + std::string(row->fix);
    json::object help = message_of(plain);
    const std::string_view page = options_.help ? options_.help(code) : std::string_view();
    if (!page.empty()) help["markdown"] = json_text(page);
    made["help"] = std::move(help);
    made["properties"] = json::object{
        {"tags", json::array{json_text("spark"), json_text(code.substr(0, code.find('.')))}}};
    return made;
  }

  const SarifOptions& options_;
  Fingerprints fingerprints_;
  json::array rules_;
  json::array results_;
  std::map<std::string, std::size_t> indexes_;
};

}  // namespace

std::string report_sarif(const ReportDocument& document, const SarifOptions& options) {
  const json::object log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", json::array{Writer(options).write(document)}}};
  return json::serialize(log) + '\n';
}

}  // namespace sparkwarden::exporters
