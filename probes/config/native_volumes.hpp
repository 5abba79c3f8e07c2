// SPDX-License-Identifier: Apache-2.0
// The volumes that spark.kubernetes.{executor,driver}.volumes.* ask Spark to add to its pods.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/config/properties.hpp"

namespace sparkwarden::probes::config {

inline constexpr std::string_view kExecutorVolumes = "spark.kubernetes.executor.volumes.";
inline constexpr std::string_view kDriverVolumes = "spark.kubernetes.driver.volumes.";

struct NativeVolume {
  std::string type = {};  // nfs, persistentVolumeClaim, hostPath, emptyDir
  std::string name = {};
  Text first_key = {};                 // where the volume is first spoken of
  Text mount_path = {};                // empty when mount.path is missing
  std::vector<Property> options = {};  // what stands behind the name, such as options.server

  /// nullptr when it is not set.
  [[nodiscard]] const Property* option(std::string_view name) const;

  bool operator==(const NativeVolume&) const = default;
};

/// In the order in which they first appear; each key with the value in force.
/// Source: Spark's KubernetesVolumeUtils.parseVolumesWithPrefix.
[[nodiscard]] std::vector<NativeVolume> native_volumes(const Properties& defaults,
                                                       std::string_view prefix = kExecutorVolumes);

}  // namespace sparkwarden::probes::config
