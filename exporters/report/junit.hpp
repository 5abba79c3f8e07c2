// SPDX-License-Identifier: Apache-2.0
// A report as JUnit XML, for what shows test results: Jenkins, GitLab, Azure.
#pragma once

#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// A suite per check, a case per finding. Findings from `fails_from` on are failures, lesser ones
/// pass with their text as output; what could not be looked at is an error; what is suppressed is
/// skipped. A check with nothing to say is one case that passes.
/// Source: the schema of Jenkins' xUnit plugin, of which all readers know this subset.
[[nodiscard]] std::string report_junit(const ReportDocument& document, Severity fails_from);

}  // namespace sparkwarden::exporters
