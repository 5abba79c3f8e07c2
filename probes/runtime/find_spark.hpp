// SPDX-License-Identifier: Apache-2.0
// Where Spark is installed.
#pragma once

#include <string>
#include <vector>

#include "probes/runtime/surroundings.hpp"

namespace sparkwarden::probes::runtime {

/// `path` has a directory `jars`; empty and nothing in `incomplete`: there is no Spark.
struct SparkHome {
  std::string path = {};
  std::vector<std::string> incomplete = {};

  bool operator==(const SparkHome&) const = default;
};

/// SPARK_HOME decides where it is set. Else `usual` (paths.spark_home), else the one pyspark with
/// jars in a site directory that the environment leads to.
[[nodiscard]] SparkHome find_spark(const Surroundings& around, const std::string& usual);

}  // namespace sparkwarden::probes::runtime
