// SPDX-License-Identifier: Apache-2.0
// From command line, environment and settings file to everything a command needs: settings, role,
// identity and the role's probes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.hpp"
#include "agent/config/world.hpp"
#include "probes/registry.hpp"

namespace sparkwarden::commands {

inline constexpr std::string_view kDefaultConfig = "/etc/sparkwarden/agent.yaml";

/// Exit codes (docs/architecture.md).
enum Exit : int { kOk = 0, kFindings = 1, kUsage = 2, kCouldNotLook = 3, kInternal = 70 };

using Environment = std::map<std::string, std::string>;

/// This process's environment, read once.
[[nodiscard]] Environment read_environment();

/// What the flags common to several commands say; empty: not given.
struct CommonOptions {
  std::string config;
  std::string role;
};

struct EnabledProbe {
  const probes::ProbeRow* row = nullptr;
  settings::ProbeCommon timing;
  std::shared_ptr<const settings::ProbeSettings> own;
};

struct Setup {
  CommonOptions options = {};  // of the command line
  settings::Config config = {};
  settings::Problems problems = {};
  std::string config_path = {};
  bool role_known = true;  // false: `role` is the fallback, driver
  settings::World world = {};
  std::vector<EnabledProbe> probes = {};  // in registry order

  [[nodiscard]] Role role() const { return world.role; }
  [[nodiscard]] bool runs(std::string_view probe) const;
  [[nodiscard]] ReadyPolicy ready_policy() const;
  /// Of the probes that gate.probes names, those of this role. An unknown role has no gate that
  /// holds.
  [[nodiscard]] GatePolicy gate_policy() const;
};

[[nodiscard]] Setup set_up(const CommonOptions& options, const Environment& environment);

/// `file:line:column: key: message`, one line.
[[nodiscard]] std::string to_line(const settings::Problem& problem);

/// One line each on stderr.
void print_problems(const settings::Problems& problems);

/// `driver, executor, ...`
[[nodiscard]] std::string role_list();

}  // namespace sparkwarden::commands
