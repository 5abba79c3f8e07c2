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
[[nodiscard]] Reply get(std::uint16_t port, const std::string& path, const Headers& headers = {});

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

  /// Everything but role, listen and paths; YAML.
  void settings(const std::string& yaml) const;
  void start(const std::vector<std::string>& flags = {});
  [[nodiscard]] std::string config_path() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Process& process() { return *process_; }
  [[nodiscard]] std::string log() const;

  [[nodiscard]] Reply get(const std::string& path, const Headers& headers = {}) const {
    return tests::get(port_, path, headers);
  }
  /// Asks until the body holds `text`, at most twenty seconds; the last reply in any case.
  [[nodiscard]] Reply get_until(const std::string& path, const std::string& text) const;
  /// Asks until the status is 200, at most twenty seconds; the last reply in any case.
  [[nodiscard]] Reply get_until_ok(const std::string& path) const;
  /// Finished runs of a probe, from /metrics.
  [[nodiscard]] int runs(const std::string& probe) const;

 private:
  [[nodiscard]] Reply ask_until(const std::string& path,
                                const std::function<bool(const Reply&)>& done) const;

  TempDir world_;
  std::string role_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace sparkwarden::tests
