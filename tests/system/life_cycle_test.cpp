// SPDX-License-Identifier: Apache-2.0
// The agent as the first process of its container, and signals that come at bad moments.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "tests/support/agent.hpp"

namespace sparkwarden::tests {
namespace {

using Clock = std::chrono::steady_clock;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The pids of what `pid` is the parent of.
std::string children_of(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  return read(process + "/task/" + std::to_string(pid) + "/children");
}

/// Asks until `done`, at most a minute.
template <typename Done>
bool within_a_minute(Done done) {
  const Clock::time_point end = Clock::now() + std::chrono::seconds(60);
  while (!done()) {
    if (Clock::now() > end) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

/// An agent that `with` starts: some program and its options.
class LifeCycle : public testing::Test {
 protected:
  void start(std::vector<std::string> with) {
    agent_.settings("probes:\n  config: {enabled: false}\n  storage: {enabled: false}\n" +
                    std::string(kNoInventories));
    with.insert(with.end(), {SPARKWARDEN_BINARY, "run", "--config", agent_.config_path()});
    started_ = std::make_unique<Process>(std::move(with), log_);
    const std::filesystem::path port = agent_.world().path() / "run/port";
    ASSERT_TRUE(within_a_minute([&] { return !read(port).empty(); })) << read(log_);
  }

  void expect_end_with_0() {
    const auto status = started_->wait(std::chrono::seconds(60));
    ASSERT_TRUE(status.has_value()) << read(log_);
    EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << *status << read(log_);
  }

  Agent agent_{"driver"};
  std::string log_ = (agent_.world().path() / "log").string();
  std::unique_ptr<Process> started_;
};

TEST_F(LifeCycle, TheFirstProcessReapsWhatOthersLeaveBehind) {
  start({"unshare", "--pid", "--fork", "--kill-child"});
  const pid_t inside = std::atoi(children_of(started_->pid()).c_str());
  ASSERT_GT(inside, 0);
  ASSERT_EQ(children_of(inside), "") << "no probe of its own runs";

  // As with `kubectl exec`: the shell ends at once, and what it started has no parent any more. It
  // lives until the other end of its pipe was open.
  const std::string pipe = (agent_.world().path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Process shell(
      {"nsenter", "--target", std::to_string(inside), "--pid", "sh", "-c", "cat \"$0\" &", pipe});
  ASSERT_EQ(shell.wait(std::chrono::seconds(60)), 0);
  EXPECT_NE(children_of(inside), "") << "it is the agent's now";
  ASSERT_TRUE(std::ofstream(pipe).is_open());

  EXPECT_TRUE(within_a_minute([&] { return children_of(inside).empty(); }))
      << "left in the process table: " << children_of(inside);
  ASSERT_EQ(::kill(inside, SIGTERM), 0);
  expect_end_with_0();
}

// A runtime that starts it so, and a signal between its start and its loop, are one case: it is
// blocked when it comes.
TEST_F(LifeCycle, ASignalThatWasBlockedAtItsStartIsHeardAllTheSame) {
  start({"env", "--block-signal=TERM"});

  started_->signal(SIGTERM);

  expect_end_with_0();
}

}  // namespace
}  // namespace sparkwarden::tests
