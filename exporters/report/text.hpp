// SPDX-License-Identifier: Apache-2.0
// A report for people, in the shape of a good compiler's diagnostics.
#pragma once

#include <string>

#include "agent/core/fingerprint.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

struct TextOptions {
  bool colour = false;
  std::size_t width = 100;  // prose is wrapped here; source lines are cut
  SourceLine source_line = {};
};

/// What `diff` prints: the findings from `details_from` on in full, then all of them as a table of
/// driver and executor, then the summary.
[[nodiscard]] std::string differences_text(const ReportDocument& document,
                                           Severity details_from,
                                           const TextOptions& options);

/// Of one code, this many are shown in full; with more of them the first one is, and the others get
/// a line each, at most kLinesOfOneKind.
inline constexpr std::size_t kInFull = 5;
inline constexpr std::size_t kLinesOfOneKind = 20;

/// Findings in the order of the document, then the steps of the checks that have some, a line per
/// check, a summary, and how to learn more: what matters most stays on the screen. Nothing but
/// printable characters, and ASCII but for what files and other sides contain.
[[nodiscard]] std::string report_text(const ReportDocument& document, const TextOptions& options);

/// A line per finding, then the summary: to be pasted, and to be searched with grep.
[[nodiscard]] std::string report_short(const ReportDocument& document, bool colour);

}  // namespace sparkwarden::exporters
