// SPDX-License-Identifier: Apache-2.0
// A report for people, in the shape of a good compiler's diagnostics.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// The text of one line of a file (from 1, without its line end), already masked; nullopt: not to
/// be had.
using SourceLine = std::function<std::optional<std::string>(const std::string& path, int line)>;

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

/// Findings in the order of the document, then the steps of the checks that have some, a line per
/// check, a summary, and how to learn more: what matters most stays on the screen. Nothing but
/// printable characters, and ASCII but for what files and other sides contain.
[[nodiscard]] std::string report_text(const ReportDocument& document, const TextOptions& options);

}  // namespace sparkwarden::exporters
