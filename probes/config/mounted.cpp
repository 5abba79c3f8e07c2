// SPDX-License-Identifier: Apache-2.0
#include "probes/config/mounted.hpp"

#include <array>
#include <string_view>

namespace sparkwarden::probes::config {
namespace {

/// Volumes that the kubelet writes with its atomic writer. Secrets and projections are a tmpfs,
/// whose root tells nothing but the dated directory that a file was taken from.
bool from_atomic_writer(const Mount& mount) {
  constexpr std::array<std::string_view, 4> kPlugins{"/kubernetes.io~configmap/",
                                                     "/kubernetes.io~secret/",
                                                     "/kubernetes.io~projected/",
                                                     "/kubernetes.io~downward-api/"};
  for (const std::string_view plugin : kPlugins) {
    if (mount.root.find(plugin) != std::string::npos) return true;
  }
  return mount.fstype == "tmpfs" && mount.root.starts_with("/..");
}

}  // namespace

MountedFile mounted(const std::vector<Mount>& mounts, const std::string& path, bool has_data) {
  const Mount* mount = mount_of(mounts, path);
  if (mount == nullptr || mount->point == "/")
    return {path, has_data ? Mounted::config_map : Mounted::image, path.substr(0, path.rfind('/'))};
  const auto is = [&](Mounted how) { return MountedFile{path, how, mount->point}; };
  const bool written = from_atomic_writer(*mount);
  if (mount->point == path && written) {
    return is(mount->root.ends_with("//deleted") ? Mounted::stale : Mounted::sub_path);
  }
  if (written || has_data) return is(Mounted::config_map);
  return is(mount->read_only ? Mounted::volume : Mounted::writable);
}

}  // namespace sparkwarden::probes::config
