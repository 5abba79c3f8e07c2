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

/// Versions and jars of the Spark that `place` has: in SPARK_HOME of its environment, which decides
/// where it is set; else in the request's directory, else inside a pip-installed pyspark. Java is
/// the one of JAVA_HOME, which decides likewise, else the one that the PATH leads to. Where
/// nobody's environment is known, the usual places count as far as they agree. Errors: none; what
/// could not be read, found or told for certain is in `incomplete`. So nothing found and a complete
/// inventory means that there is nothing. Source: Spark's bin/spark-class and the entrypoint.sh of
/// its images.
[[nodiscard]] RuntimeManifest scan(const io::Tree& tree,
                                   const io::Place& place,
                                   const io::ScanRequest& request);

/// The child process `child runtime`.
[[nodiscard]] int run_child();

}  // namespace sparkwarden::probes::runtime
