// SPDX-License-Identifier: Apache-2.0
// A report on standard output: the one way for all commands that end with one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agent/commands/commands.hpp"
#include "agent/core/fingerprint.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::commands {

/// Lines of the files that findings point at, secrets masked. Each file is read once, at most
/// `bytes_max` bytes of it.
[[nodiscard]] SourceLine source_lines(std::size_t bytes_max);

/// Line `line` of `text`, masked; nullopt beyond its end.
[[nodiscard]] std::optional<std::string> masked_line(std::string_view text, int line);

/// Colour only on a terminal without NO_COLOR.
void print_report(const exporters::ReportDocument& document,
                  ReportFormat format,
                  bool strict,
                  const Environment& environment,
                  SourceLine source_line);

/// The same for what differs between two pods: errors in full (warnings too when `strict`), then a
/// table of everything.
void print_differences(const exporters::ReportDocument& document,
                       ReportFormat format,
                       const Environment& environment,
                       bool strict);

}  // namespace sparkwarden::commands
