// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/verdict_line.hpp"

#include <boost/json.hpp>

#include "agent/core/agent_codes.hpp"

namespace sparkwarden::commands {
namespace json = boost::json;
namespace {

/// What stands behind a check that does not pass, the worst over all checks first.
struct Worst {
  const Finding* finding = nullptr;
  const Unlooked* unlooked = nullptr;
};

Worst worst_of(const exporters::ReportDocument& document) {
  Worst answer;
  for (const exporters::CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) {
      const bool counts = finding.severity != Severity::info;
      const bool worse = answer.finding == nullptr || finding.severity > answer.finding->severity;
      if (counts && worse) answer.finding = &finding;
    }
    if (!check.unlooked.empty() && answer.unlooked == nullptr) {
      answer.unlooked = &check.unlooked.front();
    }
  }
  const bool error = answer.finding != nullptr && answer.finding->severity == Severity::error;
  if (!error && answer.unlooked != nullptr) answer.finding = nullptr;  // unknown before warning
  return answer;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  if (text.size() > kVerdictLineMax) {
    text.resize(kVerdictLineMax - 3);
    // Not in the middle of a UTF-8 sequence.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
      text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.pop_back();
    text += "...";
  }
  return text;
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::array& list_at(const json::object& object, std::string_view key) {
  static const json::array kNone;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

exporters::CheckReport check_of_status(const json::object& probe) {
  exporters::CheckReport check{.name = text_at(probe, "name")};
  for (const json::value& item : list_at(probe, "findings")) {
    if (!item.is_object()) continue;
    const json::object& row = item.get_object();
    Finding finding{.code = text_at(row, "code")};
    finding.severity = severity_from(text_at(row, "severity")).value_or(Severity::error);
    finding.subject = text_at(row, "subject");
    finding.message = text_at(row, "message");
    finding.fix = text_at(row, "fix");
    check.findings.push_back(std::move(finding));
  }
  for (const json::value& item : list_at(probe, "unlooked")) {
    if (!item.is_object()) continue;
    const json::object& row = item.get_object();
    check.unlooked.push_back(
        {text_at(row, "code"), text_at(row, "subject"), text_at(row, "message")});
  }
  // A probe that did not report, or not for long, has nothing to list and a reason all the same.
  if (check.unlooked.empty() && text_at(probe, "verdict") == "unknown") {
    const std::string code = text_at(probe, "reason");
    const Code& row =
        code == agent_codes::kPending.code ? agent_codes::kPending : agent_codes::kStale;
    check.unlooked.push_back({code, check.name, std::string(row.meaning)});
  }
  return check;
}

}  // namespace

std::string verdict_line(std::string_view outcome, const exporters::ReportDocument& document) {
  std::string line = "sparkwarden: " + std::string(outcome);
  const Worst worst = worst_of(document);
  if (worst.finding != nullptr) {
    const Finding& finding = *worst.finding;
    line += "; " + std::string(to_string(finding.severity)) + " " + finding.code + " " +
            finding.subject + ": " + finding.message;
    if (!finding.fix.empty()) line += "; fix: " + finding.fix;
    line += "; more: sparkwarden explain " + finding.code;
  } else if (worst.unlooked != nullptr) {
    line += "; unknown " + worst.unlooked->code + " " + worst.unlooked->subject + ": " +
            worst.unlooked->message;
  }
  return one_line(std::move(line));
}

exporters::ReportDocument document_of_status(std::string_view status_json) {
  exporters::ReportDocument document;
  boost::system::error_code error;
  const json::value root = json::parse(status_json, error);
  if (error || !root.is_object()) return document;
  for (const json::value& probe : list_at(root.get_object(), "probes")) {
    if (probe.is_object()) document.checks.push_back(check_of_status(probe.get_object()));
  }
  return document;
}

}  // namespace sparkwarden::commands
