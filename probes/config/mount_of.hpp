// SPDX-License-Identifier: Apache-2.0
// The mounts of this container: what a path lies on, and above all whether that is a network file
// system. Judged from mountinfo alone: touching such a path with its server gone would block the
// whole agent.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::probes::config {

struct Mount {
  std::string point = {};
  std::string fstype = {};
  std::string source = {};
  std::string root = {};   // what of the file system is mounted; ends in //deleted once it is gone
  bool read_only = false;  // the mount, or its file system

  bool operator==(const Mount&) const = default;
};

/// The lines of a mountinfo file, in order; lines that are not understood are left out.
/// Source: proc_pid_mountinfo(5).
[[nodiscard]] std::vector<Mount> parse_mountinfo(std::string_view text);

/// The mount that `path` (absolute, symbolic links resolved) lies on: the longest mount point above
/// it, and the last of equal ones, which covers the others; nullptr if there is none.
[[nodiscard]] const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path);

/// File systems whose calls wait for another machine or process.
[[nodiscard]] bool is_network(std::string_view fstype);

/// How a symbolic link is read: its target, nullopt if the path is none.
using LinkTarget = std::function<std::optional<std::string>(const std::string& path)>;

/// The network mount that opening `path` would touch, following symbolic links one by one and none
/// that lies on such a mount itself; nullptr if there is none. Bound: 40 links, as in the kernel.
[[nodiscard]] const Mount* network_mount(const std::vector<Mount>& mounts,
                                         std::string_view path,
                                         const LinkTarget& link_target);

}  // namespace sparkwarden::probes::config
