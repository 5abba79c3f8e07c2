// SPDX-License-Identifier: Apache-2.0
// The JVM side of a manifest, from files alone.
#pragma once

#include <string_view>

#include "agent/core/runtime_manifest.hpp"
#include "agent/io/place.hpp"
#include "agent/io/scan_child.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::runtime {

inline constexpr std::string_view kVerb = "runtime";

/// Versions and jars of the Spark that `place` has: SPARK_HOME of its environment, else the
/// request's, else the one inside a pip-installed pyspark.
/// Errors: none; what could not be read is in `incomplete`.
[[nodiscard]] RuntimeManifest scan(const io::Tree& tree,
                                   const io::Place& place,
                                   const io::ScanRequest& request);

/// The child process `child runtime`.
[[nodiscard]] int run_child();

}  // namespace sparkwarden::probes::runtime
