// SPDX-License-Identifier: Apache-2.0
// Where an inventory is taken: a root file system, and the environment of what runs in it. Either a
// directory that was named, or the Spark process that this pod's containers share their processes
// with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.hpp"

namespace sparkwarden::io {

/// `environment` is empty where nobody's environment is known (an unpacked image).
struct Place {
  std::string root = "/";
  std::map<std::string, std::string> environment = {};
  std::string working_directory = {};  // of the process, inside the root; empty: not known

  bool operator==(const Place&) const = default;
};

/// The newest process below `proc` ("/proc") that is a Spark or Zeppelin interpreter JVM, or else a
/// PySpark worker or daemon; never this process, and never the launcher that runs before a JVM. Its
/// root is `<proc>/<pid>/root`. The environment holds only inventory_variables: what it was started
/// with, which is what Java and Python see of it.
/// Errors: `place.no-process` (none seen), `place.not-permitted` (seen, and its root or environment
/// may not be looked at).
/// Source: proc(5); the class names are those of Spark's and Zeppelin's start scripts.
[[nodiscard]] Result<Place> find_spark_process(const std::string& proc);

}  // namespace sparkwarden::io
