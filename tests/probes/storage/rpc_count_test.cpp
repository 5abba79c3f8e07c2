// SPDX-License-Identifier: Apache-2.0
// How many RPCs a run costs the server, step by step: a golden table, so that no change makes them
// grow unnoticed. The proxy sees each call before the server does, and what the child has written
// by then says in which step it is.
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
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
  StorageRig rig_;

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

  Counted full_run(int version, storage::TokenRequest token = {}) {
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
    request.token = std::move(token);
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
    return one_more_light_run();
  }

  std::size_t one_more_light_run() {
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
  std::string events_;
  std::mutex mutex_;  // two proxies, two threads
  Counted counted_;
};

std::string row(const std::string& step, const std::vector<std::string>& calls) {
  std::string text = "  " + step + std::string(12 - std::min<std::size_t>(step.size(), 11), ' ') +
                     std::to_string(calls.size()) + "  ";
  for (const std::string& call : calls) text += (&call == &calls.front() ? "" : ", ") + call;
  return text + "\n";
}

// With `wanted`, of these steps alone.
std::string table(const std::string& title,
                  const Counted& counted,
                  const std::set<std::string>& wanted = {}) {
  std::string text = title + ": " + std::to_string(counted.calls) + "\n";
  for (const auto& [step, calls] : counted.steps) {
    if (wanted.empty() || wanted.contains(step)) text += row(step, calls);
  }
  return text;
}

TEST_F(RpcCount, IsWhatItWas) {
  std::string text =
      "# RPCs of one run against NFS-Ganesha, where each version is the only one offered. In front "
      "of\n# the full run's stands the light run's NULL (two where version 4 is the only one), and "
      "over "
      "version 3\n# one call to the portmapper, unless the mount daemon's port is set, and a NULL "
      "to "
      "the mount daemon.\n# A driver's full run writes its token and sweeps, an executor's reads "
      "it: only what that adds is\n# told step by step. Written by rpc_count_test.\n";
  for (const int version : {3, 4}) {
    serve(version);
    const std::string in = " version " + std::to_string(version);
    text += "light" + in + ": " + std::to_string(light_run()) + "\n";
    text += table("full" + in, full_run(version));
    const std::string token = "t-0123456789abcdef";
    text += table("driver's full" + in,
                  full_run(version, {.write = token, .content = "a token"}),
                  {"announce", "sweep"});
    text += table("executor's full" + in,
                  full_run(version, {.look_up = ".sparkwarden/pod/" + token}),
                  {"token"});
  }

  EXPECT_EQ(golden("rpc-counts.txt", text), text);
}

TEST_F(RpcCount, ALightRunIsOneNullAlsoWhereVersion4IsTheOnlyOne) {
  serve(3);
  EXPECT_EQ(light_run(), 1U);
  serve(4);
  EXPECT_EQ(light_run(), 1U);
}

// What was learnt of a server is not held against it: it may have been set up anew.
TEST_F(RpcCount, AServerThatHasVersion3InPlaceOf4IsAskedTwiceOnce) {
  serve(4);
  EXPECT_EQ(light_run(), 1U);
  serve(3);

  const Observed first = rig_.run(false);

  EXPECT_THAT(codes_of(first), ElementsAre(kAbsent)) << told(first);
  EXPECT_THAT(steps_of(first), testing::Contains("mount/wire/ok"));
  EXPECT_EQ(one_more_light_run(), 1U);
}

}  // namespace
}  // namespace sparkwarden::tests
