// SPDX-License-Identifier: Apache-2.0
// lint --fix and --diff.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/commands/commands.hpp"
#include "agent/lint/source.hpp"

namespace sparkwarden::commands {

/// What --fix and --diff do before anything is judged: shows and writes what can be mended, and
/// puts the mended sources in the place of the old ones. The exit code if nothing is to be judged
/// then: after --diff alone, and when a file could not be written.
[[nodiscard]] std::optional<int> fix_sources(const LintOptions& options,
                                             std::vector<lint::Source>& sources);

/// `sparkwarden: line` on stderr.
void complain(const std::string& line);

}  // namespace sparkwarden::commands
