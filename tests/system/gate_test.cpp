// SPDX-License-Identifier: Apache-2.0
// The gate's recipes with real processes, over a configuration that is broken for a while, or for
// ever. docs/gate.md says which test shows what, and what means nothing.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
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

constexpr const char* kMalformed = "config.core-site.malformed";
constexpr const char* kHolds = "mode: enforce, timeout: 5m, on_timeout: fail";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const auto kName = [](const auto& row) { return to_string(row.param); };

class GateRecipe : public testing::TestWithParam<RecipeKind> {
 protected:
  void begin(const std::string& core_site, const std::string& gate) {
    gate_on_configuration(agent_, core_site, gate);
    if (has_agent()) agent_.start();
    recipe_.begin();
  }
  /// The recipe begins once the agent, where there is one, has looked: its gate may have failed or
  /// opened before, with nothing to say yet.
  void begin_told(const std::string& core_site, const std::string& gate, const std::string& code) {
    gate_on_configuration(agent_, core_site, gate);
    if (has_agent()) {
      agent_.start();
      ASSERT_THAT(agent_.get_until("/readyz/config", code).body, HasSubstr(code)) << agent_.log();
    }
    recipe_.begin();
  }
  [[nodiscard]] static bool has_agent() { return GetParam() != RecipeKind::c_init_check; }
  /// Of what stands before the executor; a startup probe is no process.
  [[nodiscard]] static std::optional<int> code(int of_a_process) {
    return GetParam() == RecipeKind::b_startup_probe ? std::nullopt : std::optional(of_a_process);
  }
  /// After an `exec` that went on the message is its command's.
  [[nodiscard]] static bool leaves_message_when_open() {
    return GetParam() != RecipeKind::b_startup_probe && GetParam() != RecipeKind::e2_exec;
  }

  Agent agent_{"executor"};
  Recipe recipe_{GetParam(), agent_, kCoreSite};
};

TEST_P(GateRecipe, PassesLateAndThenLetsTheExecutorStart) {
  begin(kBroken, kHolds);
  ASSERT_TRUE(recipe_.begins_to_hold()) << recipe_.output();
  if (has_agent()) agent_.await_runs("config", 2);
  EXPECT_TRUE(recipe_.holds()) << recipe_.output();

  agent_.put(kCoreSite, kWhole);

  EXPECT_TRUE(recipe_.starts_executor()) << recipe_.output();
  EXPECT_EQ(recipe_.code(), code(0));
  EXPECT_EQ(recipe_.message().starts_with("sparkwarden: gate open"), leaves_message_when_open())
      << recipe_.message();
}

TEST_P(GateRecipe, NeverPassesAndFails) {
  recipe_.check_for("300ms", "fail");
  begin_told(kBroken, "mode: enforce, timeout: 300ms, on_timeout: fail", kMalformed);

  // The kubelet starts the next container also when the hook of D fails.
  EXPECT_EQ(recipe_.starts_executor(), GetParam() == RecipeKind::d_post_start) << recipe_.output();
  EXPECT_EQ(recipe_.code(), code(1)) << recipe_.output();
  if (GetParam() == RecipeKind::b_startup_probe) {
    EXPECT_TRUE(recipe_.holds()) << "a startup probe fails nothing";
  } else {
    const std::string message = recipe_.message();
    EXPECT_THAT(message, HasSubstr("; error config.core-site.malformed "));
    EXPECT_THAT(message, HasSubstr("; fix: "));
    EXPECT_THAT(message, HasSubstr("sparkwarden explain config.core-site.malformed"));
    EXPECT_EQ(message.starts_with("sparkwarden: gate failed"), has_agent()) << message;
  }
}

TEST_P(GateRecipe, NeverPassesAndOpensWhereItIsToldToAndSaysWhatItSaw) {
  recipe_.check_for("300ms", "open");
  begin_told(kBroken, "mode: enforce, timeout: 300ms, on_timeout: open", kMalformed);

  EXPECT_TRUE(recipe_.starts_executor()) << recipe_.output();
  EXPECT_EQ(recipe_.code(), code(0));
  if (leaves_message_when_open()) {
    EXPECT_THAT(recipe_.message(), HasSubstr("error config.core-site.malformed"));
  }
}

INSTANTIATE_TEST_SUITE_P(Of,
                         GateRecipe,
                         testing::Values(RecipeKind::a_init_wait,
                                         RecipeKind::b_startup_probe,
                                         RecipeKind::c_init_check,
                                         RecipeKind::d_post_start,
                                         RecipeKind::e2_exec),
                         kName);

/// The recipes in which the agent is another container, that the kubelet starts again.
class GateRecipeBesideAnAgent : public GateRecipe {};

TEST_P(GateRecipeBesideAnAgent, SurvivesOneThatRestartsAtAnotherPort) {
  begin(kBroken, kHolds);
  ASSERT_TRUE(recipe_.begins_to_hold()) << recipe_.output();
  const std::uint16_t before = agent_.port();

  agent_.process().kill();
  EXPECT_TRUE(recipe_.holds()) << recipe_.output();
  agent_.put(kCoreSite, kWhole);
  agent_.start();

  EXPECT_TRUE(recipe_.starts_executor()) << recipe_.output();
  EXPECT_EQ(recipe_.code(), code(0)) << "was " << before << " is " << agent_.port();
}

INSTANTIATE_TEST_SUITE_P(Of,
                         GateRecipeBesideAnAgent,
                         testing::Values(RecipeKind::a_init_wait,
                                         RecipeKind::b_startup_probe,
                                         RecipeKind::e2_exec),
                         kName);

class Gate : public testing::Test {
 protected:
  void start(const std::string& core_site, const std::string& gate) {
    gate_on_configuration(agent_, core_site, gate);
    agent_.start();
  }
  [[nodiscard]] std::vector<std::string> wait() const {
    return {"wait", "--config", agent_.config_path(), "--termination-log", message_};
  }

  Agent agent_{"executor"};
  std::string message_ = (agent_.world().path() / "termination").string();
};

TEST_F(Gate, HoldsNobodyInWarnMode) {
  start(kBroken, "mode: warn, timeout: 5m");

  const Finished waited = run_sparkwarden(wait());

  EXPECT_EQ(waited.code, 0) << waited.err;
  const std::string metrics = agent_.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("sparkwarden_gate_would_hold 1"));
  EXPECT_THAT(metrics, HasSubstr("sparkwarden_gate_open 1"));
}

TEST_F(Gate, FailsOnceAndLaterOpensForGood) {
  start(kBroken, "mode: enforce, timeout: 200ms, on_timeout: fail");
  EXPECT_EQ(run_sparkwarden(wait()).code, 1);

  agent_.put(kCoreSite, kWhole);
  EXPECT_EQ(agent_.get_until_ok("/startupz").status, 200);
  agent_.put(kCoreSite, kBroken);
  agent_.await_runs("config", 2);

  EXPECT_EQ(agent_.get("/readyz/config").status, 500);
  EXPECT_EQ(agent_.get("/startupz").status, 200) << "open is for ever";
}

TEST_F(Gate, OpensOnceTheSettingsThatHeldItAreMended) {
  start(kWhole, std::string(kHolds) + ", nonsense: 1");
  agent_.await_runs("config", 2);
  EXPECT_EQ(agent_.get("/readyz/config").status, 200);
  EXPECT_EQ(agent_.get("/startupz").status, 500);
  EXPECT_THAT(agent_.get("/status").body, HasSubstr(R"("probes":["config","agent"])"))
      << "what it waits for";

  gate_on_configuration(agent_, kWhole, kHolds);

  EXPECT_EQ(agent_.get_until_ok("/startupz").status, 200);
  EXPECT_THAT(agent_.get("/status").body, HasSubstr(R"("probes":["config"])"));
}

TEST_F(Gate, OpensAtOnceForSettingsThatAcceptWhatHeldIt) {
  agent_.put(kCoreSite, kBroken);
  const std::string probes =
      std::string("probes:\n  config: {period: 1h}\n  storage: {enabled: false}\n") +
      kNoInventories + "gate: {" + kHolds + "}\n";
  agent_.settings(probes);
  agent_.start();
  const std::string verdict = agent_.get_until("/readyz/config", "config.core-site.malformed").body;
  ASSERT_THAT(verdict, HasSubstr("config.core-site.malformed"));
  ASSERT_EQ(agent_.get("/startupz").status, 500);

  agent_.settings(probes + "findings: {config.core-site.malformed: warning}\n");

  EXPECT_EQ(agent_.get_until_ok("/startupz").status, 200);
}

// The kubelet ends an init container with SIGTERM; as process 1 it would not hear it by default.
TEST_F(Gate, WaitAsTheFirstProcessOfItsContainerEndsWhenTold) {
  start(kBroken, kHolds);
  std::vector<std::string> command = wait();
  command.insert(command.begin(),
                 {"unshare", "--pid", "--fork", "--kill-child", SPARKWARDEN_BINARY});
  const std::string output = (agent_.world().path() / "output").string();
  Process outside(command, output);
  const std::string children = "/proc/" + std::to_string(outside.pid()) + "/task/" +
                               std::to_string(outside.pid()) + "/children";
  // It is process 1 in there, and one that has asked the agent: so its handler is in place.
  const std::string status = "sparkwarden_http_requests_total{path=\"/startupz\",code=\"500\"}";
  ASSERT_THAT(agent_.get_until("/metrics", status).body, HasSubstr(status)) << read(output);
  const pid_t inside = std::atoi(read(children).c_str());
  ASSERT_GT(inside, 0);

  ASSERT_EQ(::kill(inside, SIGTERM), 0);

  const auto ended = outside.wait(std::chrono::seconds(60));
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(WEXITSTATUS(*ended), 128 + SIGTERM);
}

}  // namespace
}  // namespace sparkwarden::tests
