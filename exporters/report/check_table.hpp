// SPDX-License-Identifier: Apache-2.0
// What stands below the findings in a text report: steps, checks, summary.
#pragma once

#include <cstddef>
#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// For each check with steps: a line per step with how long it took. Text that would not fit into
/// `width` is cut.
[[nodiscard]] std::string step_tables(const ReportDocument& document,
                                      std::size_t width,
                                      bool colour);

/// A line per check: mark, name, time, and why unless it passed.
[[nodiscard]] std::string check_table(const ReportDocument& document, bool colour);

/// How many findings of what kind, and where to read more about the worst one.
[[nodiscard]] std::string summary_lines(const ReportDocument& document, bool colour);

}  // namespace sparkwarden::exporters
