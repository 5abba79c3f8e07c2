// SPDX-License-Identifier: Apache-2.0
// New settings for a running agent: which of them it takes, and which need a restart. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/commands/setup.hpp"
#include "agent/core/finding.hpp"

namespace sparkwarden::commands {

/// Fixed for the life of the process: role, listen, paths, gate, and which probes run.
[[nodiscard]] bool needs_restart(std::string_view key);

/// Keys whose values differ, in the order of `after`.
[[nodiscard]] std::vector<std::string> changed_keys(const settings::Config& before,
                                                    const settings::Config& after);

/// What the sources of settings said when they were read last.
struct LastRead {
  settings::Config config;
  settings::Problems problems;
};
/// Whether `next` says the same, wrong or right.
[[nodiscard]] bool same_settings(const LastRead& last, const Setup& next);

/// Whether a probe has to be made anew for these changes: one of its own settings, or a limit on
/// what it reads. When it runs and what its verdict counts for is the scheduler's.
[[nodiscard]] bool remakes(std::string_view probe, const std::vector<std::string>& changed);

/// Whether findings get another severity, or are accepted or not any more.
[[nodiscard]] bool ranks_anew(const std::vector<std::string>& changed);

/// `next` as far as a running agent takes it: what needs a restart is as in `running`.
[[nodiscard]] Setup adopted(const Setup& running, Setup next);

/// `agent.settings.invalid`, one for each problem.
[[nodiscard]] std::vector<Finding> invalid_settings(const settings::Problems& problems);
/// `agent.settings.restart-needed`, one for each such key that differs from those at start.
[[nodiscard]] std::vector<Finding> restarts_needed(const settings::Config& at_start,
                                                   const settings::Config& after);

}  // namespace sparkwarden::commands
