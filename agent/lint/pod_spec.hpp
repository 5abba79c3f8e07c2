// SPDX-License-Identifier: Apache-2.0
// The workloads of one manifest object: which ConfigMaps its containers see, and what they pass to
// Spark.
#pragma once

#include <vector>

#include "agent/lint/manifest.hpp"

namespace sparkwarden::lint {

/// The containers of a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob that
/// pass settings to Spark; where none does, the first one that sees a ConfigMap. Empty for other
/// kinds.
[[nodiscard]] std::vector<Workload> workloads_of(const ManifestText& manifest,
                                                 const yaml::Node& object);

/// The text of a scalar field; empty when there is none.
[[nodiscard]] std::string field(const yaml::Node& object,
                                std::initializer_list<std::string_view> path);

}  // namespace sparkwarden::lint
