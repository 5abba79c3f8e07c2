// SPDX-License-Identifier: Apache-2.0
// What renderers say about the agent itself; all but one fixed for the life of the process.
#pragma once

#include <string>

#include "agent/core/gate.hpp"
#include "agent/core/role.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::exporters {

struct AgentInfo {
  std::string version = {};
  std::string commit = {};  // empty: not known
  Role role = Role::driver;
  GateMode gate_mode = GateMode::warn;
  std::string pod_uid = {};
  std::string pod_name = {};
  std::string pod_namespace = {};
  WallTime settings_taken = {};  // when the settings in force were read
};

}  // namespace sparkwarden::exporters
