// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/verdict_line.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "agent/core/agent_codes.hpp"
#include "agent/core/snapshot.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden::commands {
namespace json = boost::json;
namespace {

// What stands around the message takes at most three quarters of the line.
constexpr std::size_t kOutcomeMax = 320;
constexpr std::size_t kCodeMax = 96;
constexpr std::size_t kSubjectMax = 256;
constexpr std::size_t kFixMax = 640;

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

/// Whether it keeps a gate from opening.
bool holds(const Worst& worst) {
  return worst.unlooked != nullptr ||
         (worst.finding != nullptr && worst.finding->severity == Severity::error);
}

/// The beginning of `text`, cut between characters.
std::string shortened(std::string_view raw, std::size_t bytes_max) {
  constexpr std::string_view kCut = "...";
  std::string text = printable(raw);
  if (text.size() <= bytes_max) return text;
  text.resize(std::max(bytes_max, kCut.size()) - kCut.size());
  text.resize(first_invalid_utf8(text).value_or(text.size()));
  text += kCut;
  return text;
}

/// `head` and `tail` whole, and of the message between them what there is room for: a long one must
/// not push out how to mend it.
std::string around(std::string head, std::string_view message, const std::string& tail) {
  const std::size_t taken = std::min(kVerdictLineMax, head.size() + tail.size());
  return std::move(head) + shortened(message, kVerdictLineMax - taken) + tail;
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
  const json::value* outdated = probe.if_contains("outdated");
  if (outdated != nullptr && outdated->is_bool() && outdated->get_bool()) {
    check.unlooked.push_back(
        unlooked(agent_codes::kOutdated, check.name, std::string(agent_codes::kOutdated.meaning)));
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

/// Which probes the gate waits for; nullopt from an agent that does not say.
std::optional<std::vector<std::string>> gate_probes(const json::object& status) {
  const json::value* gate = status.if_contains("gate");
  if (gate == nullptr || !gate->is_object() || !gate->get_object().contains("probes")) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const json::value& name : list_at(gate->get_object(), "probes")) {
    if (name.is_string()) names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace

std::string verdict_line(std::string_view outcome, const exporters::ReportDocument& document) {
  std::string head = "sparkwarden: " + shortened(outcome, kOutcomeMax);
  const Worst worst = worst_of(document);
  const auto about = [&](std::string_view kind, const std::string& code, std::string_view subject) {
    return head + "; " + std::string(kind) + " " + shortened(code, kCodeMax) + " " +
           shortened(subject, kSubjectMax) + ": ";
  };
  const auto more = [](const std::string& code) {
    return "; more: sparkwarden explain " + shortened(code, kCodeMax);
  };
  if (worst.finding != nullptr) {
    const Finding& finding = *worst.finding;
    const std::string fix = finding.fix.empty() ? "" : "; fix: " + shortened(finding.fix, kFixMax);
    return around(about(to_string(finding.severity), finding.code, finding.subject),
                  finding.message,
                  fix + more(finding.code));
  }
  if (worst.unlooked == nullptr) return head;
  const Unlooked& unlooked = *worst.unlooked;
  return around(
      about("unknown", unlooked.code, unlooked.subject), unlooked.message, more(unlooked.code));
}

exporters::ReportDocument document_of_status(std::string_view status_json) {
  exporters::ReportDocument document;
  boost::system::error_code error;
  const json::value root = json::parse(status_json, error);
  if (error || !root.is_object()) return document;
  const std::optional<std::vector<std::string>> gate = gate_probes(root.get_object());
  std::optional<exporters::CheckReport> agent;
  for (const json::value& probe : list_at(root.get_object(), "probes")) {
    if (!probe.is_object()) continue;
    exporters::CheckReport check = check_of_status(probe.get_object());
    if (!gate || std::ranges::find(*gate, check.name) != gate->end()) {
      document.checks.push_back(std::move(check));
    } else if (check.name == kAgentProbe) {
      agent = std::move(check);
    }
  }
  // Where the gate does not wait for it, it is no reason, but worth telling where there is none.
  if (agent && !holds(worst_of(document))) document.checks.push_back(std::move(*agent));
  return document;
}

}  // namespace sparkwarden::commands
