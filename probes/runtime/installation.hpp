// SPDX-License-Identifier: Apache-2.0
// What lies in $SPARK_HOME: the jars, the versions in their names, and RELEASE.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/runtime_manifest.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::runtime {

/// The first line of RELEASE: `Spark 4.0.1 (git revision 29434ea766b) built for Hadoop 3.4.1`.
/// Built outside of a git checkout it has no revision; Spark's Dockerfile makes an empty file where
/// there is none. Empty members: not told.
struct ReleaseFile {
  std::string spark = {};
  std::string revision = {};

  bool operator==(const ReleaseFile&) const = default;
};
/// Source: Spark's dev/make-distribution.sh.
[[nodiscard]] ReleaseFile parse_release(std::string_view text);

/// Fills spark_home, jars and the versions of Spark, Scala and Hadoop; what could not be read goes
/// to `incomplete`. A version that two jars of one artefact tell differently is not told.
void read_installation(const io::Tree& tree,
                       const std::string& spark_home,
                       RuntimeManifest& runtime);

}  // namespace sparkwarden::probes::runtime
