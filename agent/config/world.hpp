// SPDX-License-Identifier: Apache-2.0
// What a probe is told about the pod it lives in when it is made.
#pragma once

#include <cstdint>
#include <string>

#include "agent/config/config.hpp"
#include "agent/core/role.hpp"

namespace sparkwarden::settings {

/// Who this pod is. `uid` is never empty: outside Kubernetes it is local-<host>-<8 hex>.
struct Identity {
  std::string uid;
  std::string pod_name;
  std::string pod_namespace;
  std::string app_id = {};       // Spark's application; empty: not known
  std::string executor_id = {};  // Spark's executor; likewise
};

struct World {
  Role role = Role::driver;
  Paths paths;
  Identity identity;
  Auto<SparkVersion> spark_version = {};
  std::uint64_t seed = 0;                               // jitter and unique names; tests fix it
  std::size_t file_bytes_max = 2 << 20;                 // limits.file
  std::size_t peer_bytes_max = 16 << 20;                // limits.peer_body
  std::string executable = "/proc/self/exe";            // what child processes are started from
  std::map<std::string, std::string> environment = {};  // of this process, read once at start
  bool serves = false;  // others ask this process (`run`); what a `check` announced nobody heard
};

}  // namespace sparkwarden::settings
