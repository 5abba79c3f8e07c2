// SPDX-License-Identifier: Apache-2.0
// Applications as the Kubeflow operator describes them.
#pragma once

#include <vector>

#include "agent/lint/manifest.hpp"

namespace sparkwarden::lint {

/// A SparkApplication or ScheduledSparkApplication (v1beta2), else nothing: images, sparkConf,
/// hadoopConf, volumes and the executor's mounts, and the ConfigMaps it names.
/// Source: kubeflow/spark-operator, api/v1beta2/sparkapplication_types.go.
[[nodiscard]] std::vector<Workload> spark_applications_of(const ManifestText& manifest,
                                                          const yaml::Node& object);

}  // namespace sparkwarden::lint
