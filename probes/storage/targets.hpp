// SPDX-License-Identifier: Apache-2.0
// Which exports this pod depends on, worked out from settings, declared volumes and mounts. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/facts.hpp"
#include "agent/core/role.hpp"
#include "probes/storage/mount_table.hpp"
#include "probes/storage/settings.hpp"

namespace sparkwarden::probes::storage {

/// One export to look at. At most one is the checkpoint; with settings, several may be written to.
struct Target {
  std::string server = {};
  std::string export_path = {};
  std::string mount_path = {};  // in Spark's containers; empty: declared, mounted nowhere
  bool write = false;
  bool checkpoint = false;
  std::string volume = {};  // its name in the file that declares it
  std::optional<Location> declared_at = {};
  std::optional<Mount> mount = {};  // what this container has at mount_path
  bool other_storage = false;       // ... is an NFS mount, but not of this export

  /// Whether this container has the export mounted.
  [[nodiscard]] bool mounted() const { return mount && mount->nfs && !other_storage; }

  /// Whether that mount's root is the export's, and no directory below it (a subPath).
  [[nodiscard]] bool mounted_whole() const;

  /// `server:/path`, IPv6 addresses in brackets.
  [[nodiscard]] std::string name() const;
  bool operator==(const Target&) const = default;
};

/// What is known when targets are chosen.
struct TargetSources {
  Role role = Role::driver;
  std::string root = "/";                               // in front of mount paths
  std::string mountinfo_path = "/proc/self/mountinfo";  // for messages
  const Settings* settings = nullptr;
  bool config_reported = false;  // false: declared may still come
  std::optional<DeclaredStorage> declared = {};
  MountTable mounts = {};
  std::optional<StorageView> driver = {};  // executors: what the driver's agent probes
};

struct TargetPlan {
  std::vector<Target> targets = {};
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};

  bool operator==(const TargetPlan&) const = default;
};

/// Settings win; else the declared volumes, each with the mount at its path; else every NFS mount
/// and, in an executor, what its driver probes. Where a mount and a declaration or the driver speak
/// of different storage, that is a finding.
[[nodiscard]] TargetPlan plan_targets(const TargetSources& sources);

}  // namespace sparkwarden::probes::storage
