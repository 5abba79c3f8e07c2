// SPDX-License-Identifier: Apache-2.0
// Which Java Spark would start.
#pragma once

#include <string>
#include <vector>

#include "probes/runtime/surroundings.hpp"

namespace sparkwarden::probes::runtime {

/// JAVA_VERSION of its `release` file; empty and nothing in `incomplete`: there is no Java.
struct Java {
  std::string version = {};
  std::vector<std::string> incomplete = {};

  bool operator==(const Java&) const = default;
};

/// As bin/spark-class does it: JAVA_HOME decides where it is set, else the first java on PATH.
/// Where no environment is known, PATH's usual directories, /opt/java/openjdk and /usr/lib/jvm
/// count, as far as all that is there has one version.
[[nodiscard]] Java find_java(const Surroundings& around);

}  // namespace sparkwarden::probes::runtime
