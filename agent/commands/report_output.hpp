// SPDX-License-Identifier: Apache-2.0
// A report on standard output: the one way for all commands that end with one.
#pragma once

#include <cstddef>

#include "agent/commands/commands.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::commands {

/// Colour only on a terminal without NO_COLOR. Source lines are read from files of at most
/// `file_bytes_max` bytes, secrets masked.
void print_report(const exporters::ReportDocument& document,
                  ReportFormat format,
                  const Environment& environment,
                  std::size_t file_bytes_max);

/// The same for what differs between two pods: errors in full (warnings too when `strict`), then a
/// table of everything.
void print_differences(const exporters::ReportDocument& document,
                       ReportFormat format,
                       const Environment& environment,
                       bool strict);

}  // namespace sparkwarden::commands
