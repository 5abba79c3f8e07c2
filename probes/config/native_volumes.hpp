// SPDX-License-Identifier: Apache-2.0
// The volumes that spark.kubernetes.executor.volumes.* asks Spark to add to executor pods.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/config/properties.hpp"

namespace sparkwarden::probes::config {

struct NativeVolume {
  std::string type = {};  // nfs, persistentVolumeClaim, hostPath, emptyDir
  std::string name = {};
  Text first_key = {};   // where the volume is first spoken of
  Text mount_path = {};  // empty when mount.path is missing

  bool operator==(const NativeVolume&) const = default;
};

/// In the order in which they first appear; each key with the value in force.
/// Source: Spark's KubernetesVolumeUtils.parseVolumesWithPrefix.
[[nodiscard]] std::vector<NativeVolume> native_volumes(const Properties& defaults);

}  // namespace sparkwarden::probes::config
