// SPDX-License-Identifier: Apache-2.0
// A pod in real containers. podman makes them; when each starts, and what follows from its end, is
// decided here, by the kubelet's rules as far as our recipes need them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "tests/support/agent.hpp"
#include "tests/support/config_map.hpp"
#include "tests/support/container_host.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {

/// What a pod refers to by name.
struct Cluster {
  std::map<std::string, std::string> images;  // as the YAML calls them, and as podman does
  std::map<std::string, std::map<std::string, std::string>> config_maps;
};

class Pod {
 public:
  enum class Phase { pending, running, succeeded, failed };

  /// Nothing is started yet. Errors: throws, also for YAML that podman does not take.
  Pod(ContainerHost& host, const YAML::Node& pod, const Cluster& cluster);
  Pod(const Pod&) = delete;
  Pod& operator=(const Pod&) = delete;
  ~Pod();

  /// One look of the kubelet's, which starts what may start by now.
  Phase sync();
  /// Looks until `done` says so; false when it does not within a minute.
  [[nodiscard]] bool sync_until(const std::function<bool()>& done);
  /// Looks until every container was started, or never will be.
  Phase settle();

  [[nodiscard]] bool started(const std::string& container) const;
  /// Of a container that has ended; nullopt for any other.
  [[nodiscard]] std::optional<int> exit_code(const std::string& container);
  /// How often the kubelet started it again.
  [[nodiscard]] int restarts(const std::string& container) const;
  [[nodiscard]] std::string termination_message(const std::string& container) const;
  /// What it printed.
  [[nodiscard]] std::string log(const std::string& container) const;
  /// Everything that is known of it, for a test that failed.
  [[nodiscard]] std::string story();
  /// Its process 1, seen from here: a path such as /proc/PID.
  [[nodiscard]] std::filesystem::path process(const std::string& container);

  void kill(const std::string& container) const;
  /// SIGTERM, and SIGKILL after `grace` seconds; the exit code.
  int stop(const std::string& container, int grace);

  /// A GET to 127.0.0.1 in the pod's network, at the agent's port.
  [[nodiscard]] Reply get(const std::string& path) const;

  /// The directory behind a volume.
  [[nodiscard]] std::filesystem::path volume(const std::string& name) const;
  /// A ConfigMap as it is now, in the volume of this name.
  void update(const std::string& volume, const std::map<std::string, std::string>& data);

  /// The process that holds the pod's network, as podman numbers it. A container must have started.
  [[nodiscard]] int network_process() const;

 private:
  enum class Kind { init, sidecar, main };
  struct Container {
    std::string name;
    Kind kind;
    std::vector<std::string> post_start = {};
    std::string startup_path = {};  // of the startup probe
    bool started = false;
    bool started_up = false;
    int restarts = 0;
    std::unique_ptr<Process> hook = {};
    bool running = false;
    int code = 0;
    int pid = 0;
  };

  void make_volumes(const YAML::Node& spec, const Cluster& cluster);
  void add(const YAML::Node& container, Kind kind);
  void look();
  void start(Container& container);
  void restart_sidecars();
  [[nodiscard]] bool may_go_on(Container& container);
  [[nodiscard]] Phase end_of_main() const;
  [[nodiscard]] const Container& find(const std::string& name) const;
  [[nodiscard]] std::string full_name(const std::string& container) const;

  ContainerHost& host_;
  std::string name_;
  std::filesystem::path place_;
  std::vector<Container> containers_;
  std::size_t next_ = 0;
  Phase phase_ = Phase::pending;
  std::map<std::string, ConfigMapVolume> config_maps_;
};

}  // namespace sparkwarden::tests
