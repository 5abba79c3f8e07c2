// SPDX-License-Identifier: Apache-2.0
// What differs between two pods: facts without judgement. Each probe's rules say how bad it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/manifest.hpp"
#include "agent/core/python_version.hpp"

namespace sparkwarden {

enum class DifferenceKind {
  // python
  python_implementation,
  python_version,
  python_abi,
  python_machine,
  python_missing,  // the driver has an interpreter, the executor none
  pyspark_version,
  pyspark_py4j,
  pyspark_cloudpickle,
  pyspark_missing,
  package_missing,  // in the executor
  package_extra,    // only in the executor
  package_version,
  package_content,  // equal version; other commit, archive, editable flag or RECORD
  // runtime
  spark_version,
  spark_build,
  scala_version,
  hadoop_version,
  java_version,
  jar_missing,
  jar_extra,
  jar_version,  // one artefact, two versions
  jar_content,  // one name, two sizes
  // config
  config_file,
};

/// `driver` and `executor` are what each side has; one of them is empty where a thing is missing.
/// `part` is set for versions. A value that one side could not tell is no difference.
struct Difference {
  DifferenceKind kind = DifferenceKind::package_version;
  std::string subject = {};  // package, jar or file name; else "python", "spark", ...
  std::string driver = {};
  std::string executor = {};
  VersionPart part = VersionPart::none;

  bool operator==(const Difference&) const = default;
};

/// Every difference, in the order of the kinds above and then by subject. A section that one side
/// does not have is not compared; config files only where both have the key. Where an inventory is
/// incomplete, nothing is told to be missing from it. Distributions that
/// every installation brings along with itself (pip, setuptools, wheel, uv, pkg-resources) differ
/// like any other; rules rank them.
[[nodiscard]] std::vector<Difference> compare(const Manifest& driver, const Manifest& executor);

/// `spark-core_2.13-4.0.1.jar` as artefact and version; an empty version where none can be told. A
/// classifier belongs to the artefact: `netty-...-epoll-4.1.118.Final-linux-x86_64.jar` is version
/// 4.1.118.Final of `netty-...-epoll-linux-x86_64`.
struct JarName {
  std::string artefact = {};
  std::string version = {};
  bool operator==(const JarName&) const = default;
};
[[nodiscard]] JarName split_jar_name(std::string_view file_name);

}  // namespace sparkwarden
