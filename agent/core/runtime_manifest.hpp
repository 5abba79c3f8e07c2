// SPDX-License-Identifier: Apache-2.0
// The JVM side of a manifest: versions and the jars in $SPARK_HOME/jars.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparkwarden {

struct Jar {
  std::string name = {};  // file name
  std::uint64_t bytes = 0;

  bool operator==(const Jar&) const = default;
};

/// Empty versions could not be told.
struct RuntimeManifest {
  std::string spark_home = {};   // absolute, inside the root; empty: none was found
  std::string spark = {};        // 4.0.1, from spark-core_2.13-4.0.1.jar
  std::string spark_build = {};  // git revision in $SPARK_HOME/RELEASE
  std::string scala = {};        // 2.13.16
  std::string hadoop = {};
  std::string java = {};       // JAVA_VERSION in $JAVA_HOME/release
  std::vector<Jar> jars = {};  // by name
  bool complete = true;
  std::vector<std::string> incomplete = {};

  bool operator==(const RuntimeManifest&) const = default;
};

}  // namespace sparkwarden
