// SPDX-License-Identifier: Apache-2.0
// The one model behind every report command. How it looks is text.hpp and json.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/core/policy.hpp"
#include "agent/core/report.hpp"
#include "agent/core/verdict.hpp"

namespace sparkwarden::exporters {

/// One check of a report: a probe's run, or one linted application.
struct CheckReport {
  std::string name;
  Verdict verdict = Verdict::unknown;
  milliseconds took{0};
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};
  std::vector<Step> steps = {};
  std::vector<Suppressed> suppressed = {};

  bool operator==(const CheckReport&) const = default;
};

struct ReportDocument {
  std::string tool_name = "sparkwarden";
  std::string tool_version = {};
  std::string noun = "check";    // what `checks` are, for people
  bool timed = true;             // whether how long they took means anything
  std::vector<Code> rules = {};  // those that were looked for, where a format lists them
  std::vector<CheckReport> checks = {};
};

struct Summary {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t unknown = 0;  // things that could not be looked at
  std::size_t suppressed = 0;

  bool operator==(const Summary&) const = default;
};

/// One run as a check, judged.
[[nodiscard]] CheckReport check_report(const Report& report);

[[nodiscard]] Summary summarise(const ReportDocument& document);

/// The code that explains a check's verdict: of the worst finding, or of what was not looked at;
/// empty on pass.
[[nodiscard]] std::string reason_of(const CheckReport& check);

}  // namespace sparkwarden::exporters
