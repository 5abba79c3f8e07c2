// SPDX-License-Identifier: Apache-2.0
// The executor pod as Spark will send it: what it adds to the template, and how the API server
// names its parts. Source: docs/decisions/0013.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "probes/config/deployment.hpp"

namespace sparkwarden::probes::config {

inline constexpr std::string_view kConfVolume = "spark-conf-volume-exec";
inline constexpr std::string_view kScratchVolume = "spark-local-dir-";

/// Who wants something of the pod: a path of a container, or a name among the volumes.
enum class Owner { pod_template, native, secret, hadoop, scratch, spark };

struct Claim {
  Owner owner = Owner::pod_template;
  std::string text = {};  // the path or name, as written
  std::string by = {};    // for people: volume "x"
  Location location = {};
  std::string api_path = {};  // how the API server names the entry; empty where it cannot be known
};

/// The effect of a pod that the API server refuses, at `api_path`, with `problem`.
[[nodiscard]] std::string api_words(const std::string& api_path, const std::string& problem);

/// Whether Spark mounts its ConfigMap in executors.
[[nodiscard]] bool ships_conf(const Deployment& deployment);

/// How the API server will name container `index`: Spark's own is moved to the end.
[[nodiscard]] std::string api_container(const PodTemplate& pod,
                                        std::size_t index,
                                        std::size_t spark);

/// Where Spark's container stands in the template, which has one.
[[nodiscard]] std::size_t spark_index(const Deployment& deployment);

/// The directories of spark.local.dir, at each of which Spark mounts a scratch volume.
[[nodiscard]] std::vector<Text> scratch_directories(const Deployment& deployment);

/// Whether a volume of the user's, named like Spark's scratch volumes, stands in for them.
[[nodiscard]] bool brings_scratch(const Deployment& deployment);

/// spark.kubernetes.executor.secrets.NAME: the name, and where it is mounted.
[[nodiscard]] std::vector<Property> secrets_of(const Deployment& deployment);

}  // namespace sparkwarden::probes::config
