// SPDX-License-Identifier: Apache-2.0
// A manifest taken by this process itself: for commands, which may block. The running agent does it
// in a child (agent/io/inventory.hpp).
#pragma once

#include <string>

#include "agent/commands/setup.hpp"
#include "agent/core/manifest.hpp"

namespace sparkwarden::commands {

struct TakeOptions {
  std::string root = "/";                 // of the file tree that is looked at
  std::string python = {};                // path or name; empty: as PySpark would choose
  std::string spark_home = "/opt/spark";  // unless SPARK_HOME says
};

/// What stands in a file tree. The environment counts only for "/": another root is another
/// container's.
/// Errors: none; a tree that cannot be read gives sections with `complete` false and the reason.
[[nodiscard]] Manifest take_manifest(const TakeOptions& options, const Environment& environment);

/// Whether both sections hold everything.
[[nodiscard]] bool is_complete(const Manifest& manifest);

}  // namespace sparkwarden::commands
