// SPDX-License-Identifier: Apache-2.0
// How a configuration file came into this container, by mountinfo and by the links of the kubelet.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "probes/config/mount_of.hpp"

namespace sparkwarden::probes::config {

enum class Mounted {
  config_map,  // a volume that follows its ConfigMap (or Secret, or projection)
  sub_path,    // one key of it, mounted as a file: never follows
  stale,       // likewise, and the ConfigMap was changed since
  volume,      // another volume, read-only
  writable,    // another volume, read-write
  image        // no mount: it is in the image, or was written into the container
};

struct MountedFile {
  std::string path = {};
  Mounted how = Mounted::image;
  std::string at = {};  // the mount point; image: the directory

  bool operator==(const MountedFile&) const = default;
};

/// `has_data`: the directory of `path` has a link `..data`. Source:
/// pkg/volume/util/atomic_writer.go and the volume plugins of Kubernetes; proc_pid_mountinfo(5).
[[nodiscard]] MountedFile mounted(const std::vector<Mount>& mounts,
                                  const std::string& path,
                                  bool has_data);

}  // namespace sparkwarden::probes::config
