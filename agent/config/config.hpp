// SPDX-License-Identifier: Apache-2.0
// The agent-wide settings, typed and complete: nobody reads YAML or the environment later.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/binder.hpp"
#include "agent/config/spark_version.hpp"
#include "agent/core/gate.hpp"
#include "agent/core/inventory_source.hpp"
#include "agent/core/policy.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/role.hpp"

namespace sparkwarden::settings {

/// The six keys every probe has.
struct ProbeCommon {
  Auto<bool> enabled;  // auto: by role
  milliseconds period{60'000};
  milliseconds deadline{5'000};
  milliseconds max_age{180'000};
  int fail_after = 2;
  int pass_after = 1;

  void bind(Binder& binder);
};

/// A probe's own settings. Lives in probes/<name>/settings.hpp.
struct ProbeSettings {
  ProbeSettings() = default;
  ProbeSettings(const ProbeSettings&) = default;
  ProbeSettings& operator=(const ProbeSettings&) = default;
  virtual ~ProbeSettings() = default;
  virtual void bind(Binder& binder) = 0;
};

template <>
struct Words<InventorySource> {  // shared by the probes that take inventories
  static constexpr std::pair<std::string_view, InventorySource> all[] = {
      {"auto", InventorySource::automatic},
      {"file", InventorySource::file},
      {"proc", InventorySource::proc},
      {"root", InventorySource::root}};
};

struct Listen {
  std::string address = "[::]";
  int port = 9797;
  Auto<std::string> port_file;
  void bind(Binder& binder);
};

/// What this container sees. `root` is in front of every other path but run_dir, mountinfo and
/// mountstats.
struct Paths {
  std::string root = "/";
  std::string spark_conf = "/opt/spark/conf";
  std::string spark_home = "/opt/spark";
  std::string mountinfo = "/proc/self/mountinfo";
  std::string mountstats = "/proc/self/mountstats";
  std::string run_dir = "/var/run/sparkwarden";
  void bind(Binder& binder);

  /// `path` below `root`. `path` is absolute.
  [[nodiscard]] std::string under_root(std::string_view path) const;
};

struct GateSettings {
  GateMode mode = GateMode::warn;
  std::vector<std::string> probes;  // empty: all
  milliseconds timeout{120'000};
  OnTimeout on_timeout = OnTimeout::open;
  void bind(Binder& binder);
};

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };
enum class MetricsProfile { full, minimal };

struct Limits {
  int connections = 8192;
  int connections_per_address = 64;
  Bytes header{8 * 1024};
  milliseconds idle{15'000};
  Bytes file{2 * 1024 * 1024};
  Bytes peer_body{16 * 1024 * 1024};
  void bind(Binder& binder);
};

struct Web {
  std::string token_file = {};  // empty: everybody may see everything
  void bind(Binder& binder);
};

struct Agent {
  int version = 1;
  Auto<Role> role;
  Listen listen;
  Paths paths;
  Auto<SparkVersion> spark_version = {};  // auto: what the probe runtime finds
  GateSettings gate;
  Auto<ReadyPolicy> ready;
  FindingPolicy findings;
  Auto<MetricsProfile> metrics;
  LogLevel log_level = LogLevel::info;
  Auto<LogFormat> log_format;
  Web web;
  Limits limits;

  void bind(Binder& binder);
};

/// One probe's place in the settings: what the loader is told by the registry.
struct ProbeSlot {
  std::string name;
  ProbeCommon common;
  std::shared_ptr<ProbeSettings> own;
};

struct Config {
  Agent agent;
  std::vector<ProbeSlot> probes;
  std::vector<Effective> effective;
};

struct Loaded {
  Config config;      // complete in any case: what did not parse has its default
  Problems problems;  // every one, in file order
};

/// `text` of the settings file (empty: no file) with environment and flags on top.
[[nodiscard]] Loaded load(std::string_view text, Sources sources, std::vector<ProbeSlot> probes);

/// The one document of a settings file, with everything that YAML would let pass reported; null
/// when it is malformed.
[[nodiscard]] yaml::Node document(std::string_view text,
                                  const std::string& name,
                                  Problems& problems);

}  // namespace sparkwarden::settings
