// SPDX-License-Identifier: Apache-2.0
// Runs the real probe, with the real child process, against a server of the test's choice.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <poll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/core/peer_view.hpp"
#include "probes/storage/probe.hpp"
#include "tests/support/network_namespace.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {

namespace storage = probes::storage;

inline constexpr const char* kMountPath = "/mnt/spark-checkpoints";

/// One probe with one target, kept between runs as the agent keeps it.
class StorageRig {
 public:
  StorageRig() : settings_(std::make_shared<storage::Settings>()) {
    world_.role = Role::driver;
    world_.identity.uid = "1f0c6a52-test";
    world_.executable = SPARKWARDEN_BINARY;
    mountinfo("");
    // Long enough for a busy machine: a test that looks for silence sets what it waits out.
    settings_->rpc_timeout = std::chrono::seconds(15);
    settings_->step_deadline = std::chrono::seconds(20);
  }

  storage::Settings& settings() { return *settings_; }
  settings::World& world() { return world_; }
  void network(const NetworkNamespace* network) { network_ = network; }
  void mountinfo(const std::string& text) {
    world_.paths.mountinfo = dir_.write("mountinfo", text);
  }

  /// Writes to `path` on 127.0.0.1:`port`; the target is called nas:`path` to see that the name of
  /// the server stays the target's whatever address is dialled.
  void target(const std::string& path, int port) {
    settings_->targets = std::vector{
        storage::TargetSetting{.server = "nas", .export_path = path, .mount_path = kMountPath}};
    settings_->connect.address = "127.0.0.1";
    settings_->connect.nfs_port = port;
  }

  /// What `peers` has handed on: the driver's storage and, as if heard just now, its token.
  /// `uid`: of the driver's pod.
  void hears(StorageView storage,
             std::optional<StorageToken> token,
             milliseconds ago = {},
             const std::string& uid = "driver-uid") {
    Snapshot snapshot{.started = {}, .started_wall = {}, .probes = {{.name = "peers"}}};
    Facts& facts = snapshot.probes[0].facts;
    Manifest manifest{.storage = std::move(storage)};
    manifest.pod.uid = uid;
    facts.driver = std::make_shared<const PeerView>(
        PeerView{.url = "driver:9797", .etag = "", .manifest = std::move(manifest)});
    if (token) {
      facts.driver_token = HeardToken{.said = {.token = std::move(*token)},
                                      .received = std::chrono::steady_clock::now() - ago};
    }
    heard(std::move(snapshot));
  }
  void heard(Snapshot snapshot) { before_ = std::make_shared<const Snapshot>(std::move(snapshot)); }

  /// What a run of the probe saw. It must come to its end by itself.
  Observed run(bool full = true, milliseconds deadline = std::chrono::minutes(1)) {
    std::optional<Observed> observed;
    const auto act = [&] { observed = run_here(full, deadline); };
    if (network_ == nullptr) {
      act();
    } else {
      network_->inside(act);
    }
    return std::move(*observed);
  }

  /// Full runs to their deadline, which is longer each time, until `reached` says of one that it
  /// got as far as the test wants: a busy machine may need more than the first to start a child.
  Observed run_until(const std::function<bool()>& reached) {
    for (milliseconds deadline(900);; deadline *= 2) {
      Observed observed = run(true, deadline);
      if (reached() || deadline > std::chrono::seconds(20)) return observed;
    }
  }

  [[nodiscard]] milliseconds took() const { return took_; }
  /// How long after its deadline the last run ended.
  [[nodiscard]] milliseconds late() const { return took_ - deadline_; }
  /// No child of the probe is left. One that was killed takes a moment to be gone on a busy
  /// machine.
  [[nodiscard]] bool at_rest() {
    for (int i = 0; i < 6'000; ++i) {
      if (probe_ == nullptr || probe_->idle()) return true;
      ::poll(nullptr, 0, 10);
    }
    return false;
  }

 private:
  Observed run_here(bool full, milliseconds deadline) {
    if (probe_ == nullptr) {
      probe_ = std::make_unique<storage::StorageProbe>(
          world_, settings_, std::make_unique<io::RealFiles>());
    }
    boost::asio::io_context io;
    std::optional<Observed> observed;
    const Instant start = std::chrono::steady_clock::now();
    RunContext context{
        .now = start, .wall = {}, .deadline = deadline, .full = full, .before = before_};
    boost::asio::co_spawn(io, probe_->run(context), [&](std::exception_ptr error, Observed result) {
      if (error) std::rethrow_exception(error);
      observed = std::move(result);
    });
    io.run();
    deadline_ = deadline;
    took_ = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    if (!observed) throw std::runtime_error("the probe did not end");
    return std::move(*observed);
  }

  TempDir dir_;
  std::shared_ptr<storage::Settings> settings_;
  settings::World world_;
  const NetworkNamespace* network_ = nullptr;
  std::shared_ptr<const Snapshot> before_;
  std::unique_ptr<storage::StorageProbe> probe_;
  milliseconds took_{0};
  milliseconds deadline_{0};
};

/// The codes of the findings, in order.
inline std::vector<std::string> codes_of(const Observed& observed) {
  std::vector<std::string> codes;
  for (const Finding& finding : observed.findings) codes.push_back(finding.code);
  return codes;
}

inline std::vector<std::string> unlooked_of(const Observed& observed) {
  std::vector<std::string> codes;
  for (const Unlooked& entry : observed.unlooked) codes.push_back(entry.code);
  return codes;
}

/// "name/via/status" of each step.
inline std::vector<std::string> steps_of(const Observed& observed) {
  std::vector<std::string> steps;
  for (const Step& step : observed.steps)
    steps.push_back(step.name + "/" + step.via + "/" + step.status);
  return steps;
}

/// Everything there is to say about an observation, for failing assertions.
inline std::string told(const Observed& observed) {
  std::string text;
  for (const Finding& f : observed.findings) text += f.code + ": " + f.message + "\n";
  for (const Unlooked& u : observed.unlooked) text += "? " + u.code + ": " + u.message + "\n";
  for (const Step& s : observed.steps) {
    text += s.via + " " + s.name + " " + s.status + " " + std::to_string(s.took.count()) + " us " +
            s.text + "\n";
  }
  return text;
}

}  // namespace sparkwarden::tests
