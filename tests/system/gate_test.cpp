// SPDX-License-Identifier: Apache-2.0
// The gate's recipes (docs/gate.md) with real processes: the agent, and the `wait` or `exec` that
// follows it, as the kubelet would start them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kBroken = "<configuration><property></configuration>\n";
constexpr const char* kWhole = "<configuration/>\n";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// An executor whose gate asks for its configuration alone, and a command that follows the gate.
class Gate : public testing::Test {
 protected:
  void start(const std::string& core_site, const std::string& gate) {
    agent_.put("/opt/spark/conf/core-site.xml", core_site);
    agent_.settings("gate: {probes: [config], " + gate +
                    "}\nprobes:\n  storage: {enabled: false}\n"
                    "  config: {period: 100ms, deadline: 5s}\n" +
                    std::string(kNoInventories));
    agent_.start();
  }

  [[nodiscard]] std::vector<std::string> words(const std::string& command) const {
    return {command, "--config", agent_.config_path(), "--termination-log", message_};
  }

  [[nodiscard]] std::unique_ptr<Process> follow() const {
    std::vector<std::string> command = words("wait");
    command.insert(command.begin(), SPARKWARDEN_BINARY);
    return std::make_unique<Process>(command, followed_);
  }

  /// Returns once the agent has judged the configuration that lies there now.
  void judged_again() const {
    const int before = agent_.runs("config");
    while (agent_.runs("config") < before + 2 && agent_.get("/livez").status != 0) {
      static_cast<void>(agent_.get_until("/status", "\"probes\""));
    }
  }

  /// The exit code of a command that ends by itself; -1: it did not.
  static int code(Process& process) {
    const auto status = process.wait(std::chrono::seconds(30));
    return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
  }

  Agent agent_{"executor"};
  std::string message_ = (agent_.world().path() / "termination").string();
  std::string followed_ = (agent_.world().path() / "followed").string();
};

TEST_F(Gate, PassesLateAndThenLetsTheExecutorStart) {
  start(kBroken, "mode: enforce, timeout: 5m, on_timeout: fail");
  const auto wait = follow();
  judged_again();
  EXPECT_TRUE(wait->running()) << read(followed_);
  EXPECT_EQ(agent_.get("/startupz").status, 500);

  agent_.put("/opt/spark/conf/core-site.xml", kWhole);

  EXPECT_EQ(code(*wait), 0) << read(followed_);
  EXPECT_THAT(read(message_), StartsWith("sparkwarden: gate open"));
}

TEST_F(Gate, OpensAtItsDeadlineWhereItIsToldToAndSaysWhatItSaw) {
  start(kBroken, "mode: enforce, timeout: 300ms, on_timeout: open");

  const auto wait = follow();

  EXPECT_EQ(code(*wait), 0) << read(followed_);
  EXPECT_THAT(read(message_), HasSubstr("error config.core-site.malformed"));
}

TEST_F(Gate, HoldsNobodyInWarnMode) {
  start(kBroken, "mode: warn, timeout: 5m");

  const auto wait = follow();

  EXPECT_EQ(code(*wait), 0) << read(followed_);
  EXPECT_THAT(agent_.get_until("/metrics", "sparkwarden_gate_would_hold 1").body,
              HasSubstr("sparkwarden_gate_open 1"));
}

TEST_F(Gate, SurvivesAnAgentThatRestartsAtAnotherPort) {
  start(kBroken, "mode: enforce, timeout: 5m, on_timeout: fail");
  const auto wait = follow();
  judged_again();
  const std::uint16_t before = agent_.port();

  agent_.process().kill();
  EXPECT_TRUE(wait->running()) << read(followed_);
  agent_.put("/opt/spark/conf/core-site.xml", kWhole);
  agent_.start();

  EXPECT_EQ(code(*wait), 0) << read(followed_) << "was " << before << " is " << agent_.port();
}

TEST_F(Gate, FailsOnceAndLaterOpensForGood) {
  start(kBroken, "mode: enforce, timeout: 200ms, on_timeout: fail");
  EXPECT_EQ(run_sparkwarden(words("wait")).code, 1);

  agent_.put("/opt/spark/conf/core-site.xml", kWhole);
  EXPECT_EQ(agent_.get_until_ok("/startupz").status, 200);
  agent_.put("/opt/spark/conf/core-site.xml", kBroken);
  judged_again();

  EXPECT_EQ(agent_.get("/startupz").status, 200) << "open is for ever";
}

// The kubelet ends an init container with SIGTERM; as process 1 it would not hear it by default.
TEST_F(Gate, WaitAsTheFirstProcessOfItsContainerEndsWhenTold) {
  start(kBroken, "mode: enforce, timeout: 5m, on_timeout: fail");
  std::vector<std::string> command = words("wait");
  command.insert(command.begin(),
                 {"unshare", "--pid", "--fork", "--kill-child", SPARKWARDEN_BINARY});
  Process outside(command, followed_);
  const std::string children = "/proc/" + std::to_string(outside.pid()) + "/task/" +
                               std::to_string(outside.pid()) + "/children";
  // It is process 1 in there, and one that has asked the agent: so its handler is in place.
  const std::string status = "sparkwarden_http_requests_total{path=\"/startupz\",code=\"500\"}";
  ASSERT_THAT(agent_.get_until("/metrics", status).body, HasSubstr(status));
  const pid_t inside = std::atoi(read(children).c_str());
  ASSERT_GT(inside, 0);

  ASSERT_EQ(::kill(inside, SIGTERM), 0);

  const auto ended = outside.wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(WEXITSTATUS(*ended), 128 + SIGTERM);
}

TEST_F(Gate, ExecBecomesTheCommandOnceItIsOpen) {
  start(kWhole, "mode: enforce, timeout: 5m, on_timeout: fail");
  std::vector<std::string> command = words("exec");
  command.insert(command.end(), {"--", "sh", "-c", "echo \"$$ $0 $1\"; exit 52", "--role", "x"});

  const Finished exec = run_sparkwarden(command);

  EXPECT_EQ(exec.code, 52) << exec.err;
  EXPECT_THAT(exec.out, HasSubstr(" --role x\n"));
  EXPECT_THAT(exec.err, StartsWith("sparkwarden: gate open"));
  EXPECT_THAT(read(message_), IsEmpty()) << "it is the command's from here on";
}

TEST_F(Gate, ExecGivesItsProcessAwayWithItsSignals) {
  start(kWhole, "mode: enforce, timeout: 5m, on_timeout: fail");
  std::vector<std::string> command = words("exec");
  command.insert(command.begin(), SPARKWARDEN_BINARY);
  const std::string ready = (agent_.world().path() / "ready").string();
  command.insert(command.end(), {"--", "sh", "-c", "echo $$ > \"$0\"; exec sleep 60", ready});
  Process exec(command, followed_);
  // The loop is bounded by the answers of a living agent.
  for (int i = 0; i < 2'000 && read(ready).empty(); ++i) static_cast<void>(agent_.get("/livez"));
  ASSERT_EQ(read(ready), std::to_string(exec.pid()) + "\n") << read(followed_);

  exec.signal(SIGTERM);

  const auto ended = exec.wait(std::chrono::seconds(10));
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(WIFSIGNALED(*ended)) << "the handler of the wait is gone";
}

TEST_F(Gate, ExecDoesNotStartTheCommandWhenItFailed) {
  start(kBroken, "mode: enforce, timeout: 200ms, on_timeout: fail");
  const std::string started = (agent_.world().path() / "started").string();
  std::vector<std::string> command = words("exec");
  command.insert(command.end(), {"--", "touch", started});

  const Finished exec = run_sparkwarden(command);

  EXPECT_EQ(exec.code, 1);
  EXPECT_FALSE(std::filesystem::exists(started));
  EXPECT_THAT(read(message_), HasSubstr("error config.core-site.malformed"));
}

TEST_F(Gate, ExecOfNothingThatCanBeStartedSaysSoAsAShellDoes) {
  start(kWhole, "mode: warn");
  const auto exec = [&](const std::string& program) {
    std::vector<std::string> command = words("exec");
    command.insert(command.end(), {"--", program});
    return run_sparkwarden(command);
  };

  const Finished missing = exec("no-such-program-anywhere");

  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, HasSubstr("cannot start no-such-program-anywhere: No such file"));
  EXPECT_EQ(exec(agent_.world().path().string()).code, 126);
  EXPECT_EQ(run_sparkwarden({"exec", "--"}).code, 2);
}

// Recipe A and E2 with a driver: its address is known from the start, its agent comes later.
TEST(GateWithADriver, HoldsUntilTheDriverAppears) {
  Agent driver("driver");
  Agent executor("executor");
  const SparkImage driver_image(driver.under_root(""));
  const SparkImage executor_image(executor.under_root(""));
  const std::string quick =
      "probes:\n  config: {enabled: false}\n  storage: {enabled: false}\n"
      "  python: {source: root, period: 100ms, deadline: 5s}\n"
      "  runtime: {source: root, period: 100ms, deadline: 5s}\n";
  const std::string port = std::to_string(unused_port());
  executor.settings("gate: {mode: enforce, timeout: 5m, on_timeout: fail}\n" + quick +
                    "  peers: {period: 100ms, driver_url: \"127.0.0.1:" + port + "\"}\n");
  executor.start();
  EXPECT_THAT(executor.get_until("/readyz/peers", "unknown:peer.driver.").body,
              HasSubstr("unknown:peer.driver."));
  EXPECT_EQ(executor.get("/startupz").status, 500) << "nobody to compare with: unknown holds";

  driver.settings(quick);
  ::setenv("SPARKWARDEN_LISTEN_PORT", port.c_str(), 1);
  driver.start();
  ::unsetenv("SPARKWARDEN_LISTEN_PORT");

  EXPECT_EQ(executor.get_until_ok("/startupz").status, 200) << executor.log();
}

}  // namespace
}  // namespace sparkwarden::tests
