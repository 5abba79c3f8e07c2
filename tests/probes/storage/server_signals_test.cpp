// SPDX-License-Identifier: Apache-2.0
// SIGSTOP, SIGKILL and a restart of the real server at every step of a full run, over version 3 and
// 4; the fault matrix does the same by a proxy, call by call.
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/storage/wire_fixture.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

struct StepCall {
  std::string step;
  int call = 0;  // of the NFS port, from 1: the first one of this step
};

// From tests/golden/rpc-counts.txt. The event loop's NULL calls come before the child's.
std::vector<StepCall> first_calls(int version) {
  std::ifstream file(std::string(SPARKWARDEN_SOURCE_DIR) + "/tests/golden/rpc-counts.txt");
  std::vector<StepCall> steps;
  int calls = 1;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("  ")) {
      inside = line.starts_with("full version " + std::to_string(version) + ":");
      continue;
    }
    if (!inside) continue;
    std::istringstream words(line);
    std::string step;
    words >> step;
    int here = 0;
    for (std::size_t at = line.find("NFS"); at != std::string::npos;
         at = line.find("NFS", at + 1)) {
      ++here;
    }
    if (here > 0) steps.push_back({step, calls + 1});
    calls += here;
  }
  return steps;
}

class ServerSignals : public WireV4, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    WireV4::SetUp();
    if (IsSkipped()) return;
    network_ = std::make_unique<NetworkNamespace>();
    rig_.network(network_.get());
    GaneshaOptions options;
    options.version = GetParam();
    options.network = network_.get();
    serve(options);
    servers_ = 2;
    rig_.settings().connect.version =
        GetParam() == 3 ? storage::NfsVersion::v3 : storage::NfsVersion::v4;
    stand_between();
    be_patient();
    ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  }

  // A restarted server may have other ports.
  void stand_between() {
    network_->inside([&] { proxy_ = std::make_unique<TcpProxy>(server_->nfs_port()); });
    rig_.settings().connect.nfs_port = proxy_->port();
    rig_.settings().connect.mount_port = GetParam() == 3 ? server_->mount_port() : 0;
  }
  void be_patient() {
    rig_.settings().rpc_timeout = seconds(15);
    rig_.settings().step_deadline = seconds(20);
  }
  /// A run in which `strike` is done to the server before it gets the call.
  Observed struck(void (Ganesha::*strike)(), int call) {
    proxy_->on_call([this, strike, call, seen = 0](const RpcHead&) mutable {
      if (++seen == call) (*server_.*strike)();
    });
    Observed observed = rig_.run();
    proxy_->on_call({});
    return observed;
  }
  void expect_well(const std::string& after) {
    be_patient();
    const Observed observed = rig_.run();
    ASSERT_THAT(codes_of(observed), ElementsAre(kAbsent)) << after << "\n" << told(observed);
    ASSERT_THAT(files_in(server_->backing()), ElementsAre(".sparkwarden")) << after;
  }

  std::unique_ptr<NetworkNamespace> network_;
  std::unique_ptr<TcpProxy> proxy_;
};

INSTANTIATE_TEST_SUITE_P(Version, ServerSignals, testing::Values(3, 4), [](const auto& version) {
  return "v" + std::to_string(version.param);
});

TEST_P(ServerSignals, AStopAtEveryStepIsSilenceAndGoesOnAfterwards) {
  const std::vector<StepCall> steps = first_calls(GetParam());
  ASSERT_GE(steps.size(), 12U);
  for (const StepCall& at : steps) {
    if (at.step == "umount") continue;  // a courtesy: its failure is none of the storage's
    rig_.settings().rpc_timeout = milliseconds(80);
    rig_.settings().step_deadline = seconds(1);
    const Observed stopped = struck(&Ganesha::freeze, at.call);
    server_->thaw();
    ASSERT_THAT(codes_of(stopped), ElementsAre("nfs.server.silent", kAbsent)) << at.step << "\n"
                                                                              << told(stopped);
    expect_well("stopped at " + at.step);
  }
}

TEST_P(ServerSignals, ADeathAtEveryStepIsACutAndARestartIsWell) {
  const std::vector<StepCall> steps = first_calls(GetParam());
  ASSERT_GE(steps.size(), 12U);
  for (const StepCall& at : steps) {
    if (at.step == "umount") continue;
    const Observed killed = struck(&Ganesha::kill, at.call);
    server_->restart();
    stand_between();
    ASSERT_THAT(codes_of(killed), ElementsAre("nfs.server.disconnected", kAbsent))
        << at.step << "\n"
        << told(killed);
    expect_well("killed at " + at.step);
  }
}

}  // namespace
}  // namespace sparkwarden::tests
