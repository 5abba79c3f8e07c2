// SPDX-License-Identifier: Apache-2.0
// A running sidecar, and commands of the real binary, as a test sees them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/network_namespace.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One GET on the loopback. Status 0: nobody answered.
[[nodiscard]] Reply get(std::uint16_t port,
                        const std::string& path,
                        const Headers& headers = {},
                        const std::string& address = "127.0.0.1");

/// Below `probes:`, for tests that are about configuration and storage alone.
inline constexpr const char* kNoInventories =
    "  python: {enabled: false}\n"
    "  runtime: {enabled: false}\n"
    "  peers: {enabled: false}\n";

/// Runs the real binary to its end, at most a minute, with `environment` added to a clean one.
[[nodiscard]] Finished run_sparkwarden(const std::vector<std::string>& arguments,
                                       const std::map<std::string, std::string>& environment = {});

/// `sparkwarden run` on a free port, over a world of its own: a root directory, a mount table
/// without NFS, a run directory.
class Agent {
 public:
  explicit Agent(std::string role);

  [[nodiscard]] const TempDir& world() const { return world_; }
  /// A path below the agent's root, such as /opt/spark/conf/core-site.xml.
  [[nodiscard]] std::string under_root(const std::string& path) const;
  void put(const std::string& path, const std::string& text) const;
  /// The reference configuration of configs/spark.
  void put_reference_configuration() const;

  /// Everything but role, listen and paths; YAML. A running agent reads it whole or not at all.
  void settings(const std::string& yaml) const;
  void start(const std::vector<std::string>& flags = {});
  /// From its next start on: an address of this machine in place of 127.0.0.1, and a port in place
  /// of a free one.
  void listen(std::string address, std::uint16_t port);
  /// From its next start on: a variable of its environment.
  void variable(const std::string& name, std::string value);
  /// From its next start on it is told the name of its settings alone, in their directory.
  void settings_by_name() { by_name_ = true; }
  /// From its next start on it lives in this network, and is asked there.
  void live_in(const NetworkNamespace& network) { network_ = &network; }
  /// A command that another container of this pod runs.
  [[nodiscard]] std::vector<std::string> in_pod(std::vector<std::string> command) const;
  [[nodiscard]] std::string config_path() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// As a driver_url.
  [[nodiscard]] std::string url() const { return address_ + ":" + std::to_string(port_); }
  [[nodiscard]] Process& process() { return *process_; }
  [[nodiscard]] std::string log() const;

  [[nodiscard]] Reply get(const std::string& path, const Headers& headers = {}) const;
  /// Asks until the body holds `text`, at most a minute; the last reply in any case.
  [[nodiscard]] Reply get_until(const std::string& path, const std::string& text) const;
  /// Asks until the status is 200, at most a minute; the last reply in any case.
  [[nodiscard]] Reply get_until_ok(const std::string& path) const;
  /// Asks until `done` says so of a reply, at most a minute; the last reply in any case.
  [[nodiscard]] Reply ask_until(const std::string& path,
                                const std::function<bool(const Reply&)>& done,
                                const Headers& headers = {}) const;
  /// Finished runs of a probe, from /metrics.
  [[nodiscard]] int runs(const std::string& probe) const;
  /// How many runs of a probe had ended before the one with which its present verdict began.
  [[nodiscard]] int runs_before_verdict(const std::string& probe) const;
  /// Returns once `count` more runs of a probe have ended; throws after a minute without.
  void await_runs(const std::string& probe, int count) const;

 private:
  TempDir world_;
  std::string role_;
  std::map<std::string, std::string> variables_;
  const NetworkNamespace* network_ = nullptr;
  bool by_name_ = false;
  std::unique_ptr<Process> process_;
  std::string address_ = "127.0.0.1";
  std::uint16_t port_ = 0;
};

}  // namespace sparkwarden::tests
