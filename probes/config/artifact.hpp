// SPDX-License-Identifier: Apache-2.0
// What a jar is by its file name or its Maven coordinates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

struct Artifact {
  std::string name = {};        // without the version of Scala: delta-spark
  std::string scala = {};       // 2.13; empty where the name does not say
  std::string version = {};     // 4.0.0
  std::string classifier = {};  // linux-x86_64

  bool operator==(const Artifact&) const = default;
};

/// `/opt/jars/delta-spark_2.13-4.0.0.jar`; nullopt for a jar whose name has no version.
[[nodiscard]] std::optional<Artifact> artifact_from_path(std::string_view path);

/// `group:artifact:version` as in spark.jars.packages.
[[nodiscard]] std::optional<Artifact> artifact_from_coordinates(std::string_view text);

}  // namespace sparkwarden::probes::config
