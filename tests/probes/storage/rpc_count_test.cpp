// SPDX-License-Identifier: Apache-2.0
// How many RPCs a run costs the server, step by step: a golden table, so that no change makes them
// grow unnoticed. The proxy sees each call before the server does, and what the child has written
// by then says in which step it is.
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/io/child_protocol.hpp"
#include "probes/storage/wire_request.hpp"
#include "tests/probes/storage/wire_fixture.hpp"
#include "tests/support/golden.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

struct Counted {
  std::vector<std::pair<std::string, std::vector<std::string>>> steps = {};  // calls in their order
  std::size_t calls = 0;
};

class RpcCount : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    network_ = std::make_unique<NetworkNamespace>();
    rig_.network(network_.get());
  }

  // Every port that the child talks to is a proxy's.
  void serve(int version) {
    GaneshaOptions options;
    options.version = version;
    options.network = network_.get();
    server_ = std::make_unique<Ganesha>(options);
    network_->inside([&] {
      nfs_ = std::make_unique<TcpProxy>(server_->nfs_port());
      mount_ = std::make_unique<TcpProxy>(server_->mount_port());
    });
    const auto count = [this](const RpcHead& call) { note(call); };
    nfs_->on_call(count);
    mount_->on_call(count);
    rig_.target(server_->path(), nfs_->port());
    rig_.settings().connect.mount_port = mount_->port();
  }

  Counted full_run(int version) {
    storage::WireRequest request{.address = "127.0.0.1", .version = version};
    request.rpc_timeout = seconds(30);
    request.step_deadline = seconds(60);
    request.nfs_port = nfs_->port();
    request.mount_port = mount_->port();
    request.export_path = server_->path();
    request.client = "sparkwarden-rpc-count";
    request.write = true;
    request.directory = "pod";
    request.first = "c-1-a";
    request.second = "c-1-b";
    const std::string input = dir_.write("request", storage::to_json(request));
    events_ = dir_.write("events", "");
    counted_ = {};
    Process child(
        network_->entering(
            {"sh", "-c", "exec \"$0\" child storage-wire <\"$1\"", SPARKWARDEN_BINARY, input}),
        events_);
    EXPECT_EQ(child.wait(seconds(90)), 0) << told_so_far();
    return std::exchange(counted_, {});
  }

  std::size_t light_run() {
    static_cast<void>(rig_.run());
    counted_ = {};
    EXPECT_THAT(codes_of(rig_.run(false)), ElementsAre(kAbsent));
    return counted_.calls;
  }

 private:
  [[nodiscard]] std::string told_so_far() const {
    std::ifstream file(events_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void note(const RpcHead& call) {
    const std::lock_guard guard(mutex_);
    ++counted_.calls;
    const io::Transcript transcript = io::read_transcript(told_so_far());
    const io::StepBegin* open = transcript.open_step();
    const std::string step = open == nullptr ? "-" : open->step;
    if (counted_.steps.empty() || counted_.steps.back().first != step) {
      counted_.steps.push_back({step, {}});
    }
    counted_.steps.back().second.push_back(call.name());
  }

  TempDir dir_;
  std::unique_ptr<NetworkNamespace> network_;
  std::unique_ptr<Ganesha> server_;
  std::unique_ptr<TcpProxy> nfs_;
  std::unique_ptr<TcpProxy> mount_;
  StorageRig rig_;
  std::string events_;
  std::mutex mutex_;  // two proxies, two threads
  Counted counted_;
};

std::string table(int version, const Counted& counted) {
  std::string text =
      "full version " + std::to_string(version) + ": " + std::to_string(counted.calls) + "\n";
  for (const auto& [step, calls] : counted.steps) {
    text += "  " + step + std::string(12 - std::min<std::size_t>(step.size(), 11), ' ') +
            std::to_string(calls.size()) + "  ";
    for (const std::string& call : calls) text += (&call == &calls.front() ? "" : ", ") + call;
    text += "\n";
  }
  return text;
}

TEST_F(RpcCount, IsWhatItWas) {
  std::string text =
      "# RPCs of one run against NFS-Ganesha, where each version is the only one offered. In front "
      "of\n# the full run's stands the light run's NULL, and over version 3 another to the "
      "portmapper or\n# the mount daemon. Written by rpc_count_test.\n";
  for (const int version : {3, 4}) {
    serve(version);
    text += "light version " + std::to_string(version) + ": " + std::to_string(light_run()) + "\n";
    text += table(version, full_run(version));
  }

  EXPECT_EQ(golden("rpc-counts.txt", text), text);
}

TEST_F(RpcCount, ALightRunIsOneNullAndTwoWhereVersion4IsTheOnlyOne) {
  serve(3);
  EXPECT_EQ(light_run(), 1U);
  serve(4);
  EXPECT_EQ(light_run(), 2U);
}

}  // namespace
}  // namespace sparkwarden::tests
