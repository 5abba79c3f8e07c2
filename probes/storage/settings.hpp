// SPDX-License-Identifier: Apache-2.0
// The settings of the probe `storage`, each with its default.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/config/config.hpp"

namespace sparkwarden::probes::storage {

using settings::Auto;

/// One entry of `targets`. What no file says; it wins over what the files say.
struct TargetSetting {
  std::string server = {};
  std::string export_path = {};
  std::string mount_path = {};  // empty: not mounted in this container
  bool write = true;            // false: only looked at, nothing is written

  bool operator==(const TargetSetting&) const = default;
};

enum class Use { automatic, require, off };
enum class NfsVersion { v3, v4 };

/// Where to dial instead of the target's own server. 0 is the protocol's way: 2049, and the
/// portmapper for the mount daemon.
struct Connect {
  std::string address = {};
  int nfs_port = 0;
  int mount_port = 0;
  Auto<NfsVersion> version = {};

  void bind(settings::Binder& binder);
};

/// Whom the wire probe claims to be; auto is this process.
struct WireIdentity {
  Auto<int> uid = {};
  Auto<int> gid = {};
  Auto<std::vector<int>> groups = {};

  void bind(settings::Binder& binder);
};

/// Free space below which there is a finding, as a share of the file system.
struct SpaceLimits {
  settings::Share warning{0.10};
  settings::Share error{0.02};

  void bind(settings::Binder& binder);
};

/// Above this 99th percentile of the operations of the last `runs` full runs there is a finding.
struct SlowLimit {
  milliseconds p99{500};
  int runs = 5;

  void bind(settings::Binder& binder);
};

struct Settings final : settings::ProbeSettings {
  Auto<std::vector<TargetSetting>> targets = {};
  Connect connect = {};
  WireIdentity identity = {};
  Use wire = Use::automatic;
  Use mount = Use::automatic;
  Auto<milliseconds> full_every = {};
  milliseconds rpc_timeout{2'000};
  milliseconds step_deadline{3'000};
  SpaceLimits space = {};
  SlowLimit slow = {};

  void bind(settings::Binder& binder) override;
};

}  // namespace sparkwarden::probes::storage

namespace sparkwarden::settings {

template <>
struct Words<probes::storage::Use> {
  static constexpr std::pair<std::string_view, probes::storage::Use> all[] = {
      {"auto", probes::storage::Use::automatic},
      {"require", probes::storage::Use::require},
      {"off", probes::storage::Use::off}};
};

template <>
struct Words<probes::storage::NfsVersion> {
  static constexpr std::pair<std::string_view, probes::storage::NfsVersion> all[] = {
      {"3", probes::storage::NfsVersion::v3}, {"4", probes::storage::NfsVersion::v4}};
};

template <>
struct Codec<probes::storage::TargetSetting> {
  static std::optional<probes::storage::TargetSetting> read(const yaml::Node& node,
                                                            const Scope& scope);
  static std::string show(const probes::storage::TargetSetting& target);
};

}  // namespace sparkwarden::settings
