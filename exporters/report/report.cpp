// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

CheckReport check_report(const Report& report) {
  return {.name = report.probe,
          .verdict = judge(report.observed),
          .took = report.took,
          .findings = report.observed.findings,
          .unlooked = report.observed.unlooked,
          .steps = report.observed.steps};
}

Summary summarise(const ReportDocument& document) {
  Summary summary;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) {
      switch (finding.severity) {
        case Severity::error:
          ++summary.errors;
          break;
        case Severity::warning:
          ++summary.warnings;
          break;
        case Severity::info:
          ++summary.infos;
          break;
      }
    }
    summary.unknown += check.unlooked.size();
    summary.suppressed += check.suppressed.size();
  }
  return summary;
}

std::string reason_of(const CheckReport& check) {
  if (check.verdict == Verdict::pass) return {};
  if (check.verdict == Verdict::unknown && !check.unlooked.empty()) {
    return check.unlooked.front().code;
  }
  const Finding* worst = nullptr;
  for (const Finding& finding : check.findings) {
    if (worst == nullptr || finding.severity > worst->severity) worst = &finding;
  }
  return worst == nullptr ? std::string() : worst->code;
}

}  // namespace sparkwarden::exporters
