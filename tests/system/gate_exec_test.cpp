// SPDX-License-Identifier: Apache-2.0
// `exec`: becomes the command once the gate is open, and what happens where it cannot.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/gate_recipe.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class GateExec : public testing::Test {
 protected:
  void start(const std::string& core_site, const std::string& gate) {
    gate_on_configuration(agent_, core_site, gate);
    agent_.start();
  }
  [[nodiscard]] std::vector<std::string> exec(const std::vector<std::string>& command) const {
    std::vector<std::string> words{
        "exec", "--config", agent_.config_path(), "--termination-log", message_, "--"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }

  Agent agent_{"executor"};
  std::string message_ = (agent_.world().path() / "termination").string();
};

TEST_F(GateExec, BecomesTheCommandOnceItIsOpen) {
  start(kWhole, "mode: enforce, timeout: 5m, on_timeout: fail");

  const Finished became =
      run_sparkwarden(exec({"sh", "-c", "echo \"$$ $0 $1\"; exit 52", "--role", "x"}));

  EXPECT_EQ(became.code, 52) << became.err;
  EXPECT_THAT(became.out, HasSubstr(" --role x\n"));
  EXPECT_THAT(became.err, StartsWith("sparkwarden: gate open"));
  EXPECT_THAT(read(message_), IsEmpty()) << "it is the command's from here on";
}

TEST_F(GateExec, GivesItsProcessAwayWithItsSignals) {
  start(kWhole, "mode: enforce, timeout: 5m, on_timeout: fail");
  const std::string ready = (agent_.world().path() / "ready").string();
  const std::string output = (agent_.world().path() / "output").string();
  std::vector<std::string> command =
      exec({"sh", "-c", "echo $$ > \"$0.new\"; mv \"$0.new\" \"$0\"; exec sleep 600", ready});
  command.insert(command.begin(), SPARKWARDEN_BINARY);
  Process process(command, output);
  static_cast<void>(
      agent_.ask_until("/livez", [&](const Reply&) { return std::filesystem::exists(ready); }));
  ASSERT_EQ(read(ready), std::to_string(process.pid()) + "\n") << read(output);

  process.signal(SIGTERM);

  const auto ended = process.wait(std::chrono::seconds(60));
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(WIFSIGNALED(*ended)) << "the handler of the wait is gone";
}

TEST_F(GateExec, OfNothingThatCanBeStartedSaysSoAsAShellDoes) {
  start(kWhole, "mode: warn");

  const Finished missing = run_sparkwarden(exec({"no-such-program-anywhere"}));

  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, HasSubstr("cannot start no-such-program-anywhere: No such file"));
  EXPECT_EQ(run_sparkwarden(exec({agent_.world().path().string()})).code, 126);
  EXPECT_EQ(run_sparkwarden({"exec", "--"}).code, 2);
}

}  // namespace
}  // namespace sparkwarden::tests
