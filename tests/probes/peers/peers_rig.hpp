// SPDX-License-Identifier: Apache-2.0
// Runs the real probe against a driver's agent of the test's choice.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/commands/manifest_answer.hpp"
#include "probes/peers/probe.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {

namespace peers = probes::peers;

/// A driver's agent: the real server, and unless a test says otherwise the real answers. It comes
/// back on the port that it had.
class Driver {
 public:
  Driver() : manifest_(a_manifest({})) { start(); }

  static commands::ManifestAnswer a_manifest(ManifestPod pod,
                                             std::string version = SPARKWARDEN_VERSION) {
    if (pod.role.empty()) pod.role = "driver";
    if (pod.uid.empty()) pod.uid = "driver-uid";
    return {std::move(version), std::move(pod)};
  }

  [[nodiscard]] std::string address() const { return kAddress + ":" + std::to_string(port_); }
  void stop() { server_.reset(); }
  void start() {
    server_ = std::make_unique<ServerThread>(
        io::HttpLimits{},
        [this](const Request& request) { return answer(request); },
        kAddress,
        port_);
    port_ = server_->port();
  }

  /// What the agent knows from now on: one Python distribution of this version.
  void knows(std::string numpy, std::size_t more = 0) {
    PythonManifest python{.version = "3.11.2"};
    python.distributions.push_back({.name = "numpy", .version = std::move(numpy)});
    for (std::size_t i = 0; i < more; ++i) {
      python.distributions.push_back({.name = "package-" + std::to_string(i), .version = "1.0"});
    }
    const std::lock_guard lock(mutex_);
    snapshot_.probes.at(0).facts.python = std::make_shared<const PythonManifest>(std::move(python));
  }
  /// And this storage token, as if it had just been written.
  void announces(StorageToken token) {
    const std::lock_guard lock(mutex_);
    snapshot_.probes.at(0).facts.own_token =
        OwnToken{.token = std::move(token), .closed = Instant::clock::now()};
  }
  void is(commands::ManifestAnswer manifest) {
    const std::lock_guard lock(mutex_);
    manifest_ = std::move(manifest);
  }
  /// From now on this, whatever it is asked; nullptr: the real answers again.
  void says(std::function<Answer(const Request&)> script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }
  [[nodiscard]] std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  inline static const std::string kAddress = own_loopback_address();

  Answer answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return script_ ? script_(request) : manifest_.answer(snapshot_, request, Instant::clock::now());
  }

  std::mutex mutex_;
  Snapshot snapshot_{.started = {}, .started_wall = {}, .probes = {{.name = "python"}}};
  commands::ManifestAnswer manifest_;
  std::function<Answer(const Request&)> script_;
  std::vector<Request> requests_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ServerThread> server_;
};

/// One probe, kept between runs as the agent keeps it.
class PeersRig {
 public:
  PeersRig() : settings_(std::make_shared<peers::Settings>()) {
    world_.role = Role::executor;
    world_.identity = {.uid = "executor-uid", .pod_name = "spark-exec-3", .pod_namespace = "spark"};
    world_.executable = SPARKWARDEN_BINARY;
    settings_->proc = false;
  }

  settings::World& world() { return world_; }
  peers::Settings& settings() { return *settings_; }
  void driver(std::string address) { settings_->driver_url = std::move(address); }
  void proc(std::string directory) {
    settings_->proc = true;
    proc_ = std::move(directory);
  }
  /// What the other probes have found so far.
  void before(Snapshot snapshot) {
    before_ = std::make_shared<const Snapshot>(std::move(snapshot));
  }

  /// What a run saw. It must come to its end by itself, within its deadline.
  Observed run(milliseconds deadline = std::chrono::minutes(1)) {
    if (probe_ == nullptr) probe_ = std::make_unique<peers::PeersProbe>(world_, settings_, proc_);
    boost::asio::io_context loop(1);
    std::optional<Observed> observed;
    const Instant start = Instant::clock::now();
    RunContext context{
        .now = start, .wall = {}, .deadline = deadline, .full = true, .before = before_};
    boost::asio::co_spawn(
        loop, probe_->run(std::move(context)), [&](std::exception_ptr error, Observed result) {
          if (error) std::rethrow_exception(error);
          observed = std::move(result);
        });
    loop.run();
    if (!observed) throw std::runtime_error("the probe did not end");
    return std::move(*observed);
  }

 private:
  std::shared_ptr<peers::Settings> settings_;
  settings::World world_;
  std::string proc_ = "/nonexistent/proc";
  std::shared_ptr<const Snapshot> before_;
  std::unique_ptr<peers::PeersProbe> probe_;
};

}  // namespace sparkwarden::tests
