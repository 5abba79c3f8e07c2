// SPDX-License-Identifier: Apache-2.0
// `wait` where something is wrong with its surroundings, and whom a gate holds: with real
// processes.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kBroken = "<configuration><property></configuration>\n";
constexpr const char* kConfigAlone =
    "probes:\n  storage: {enabled: false}\n  config: {period: 100ms, deadline: 30s}\n";

std::string settings_of(const std::string& gate) {
  return "gate: {" + gate + "}\n" + kConfigAlone + kNoInventories;
}

class WaitTest : public testing::Test {
 protected:
  [[nodiscard]] Finished wait(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{
        "wait", "--config", agent_.config_path(), "--termination-log", message_};
    words.insert(words.end(), more.begin(), more.end());
    return run_sparkwarden(words);
  }
  [[nodiscard]] std::string message() const {
    std::ifstream file(message_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Agent agent_{"executor"};
  std::string message_ = (agent_.world().path() / "termination").string();
};

TEST_F(WaitTest, PresentsTheTokenOfTheAgentToSayWhy) {
  const std::string token = agent_.world().write("token", "s3cret\n");
  agent_.put("/opt/spark/conf/core-site.xml", kBroken);
  agent_.settings("web: {token_file: \"" + token + "\"}\n" +
                  settings_of("mode: enforce, timeout: 100ms, on_timeout: fail"));
  agent_.start();
  ASSERT_THAT(agent_.get_until("/readyz/config", "config.core-site.malformed").body,
              HasSubstr("config.core-site.malformed"));
  ASSERT_THAT(agent_.get_until("/startupz", "failed: failed").body, HasSubstr("failed: failed"));

  EXPECT_EQ(wait().code, 1);
  EXPECT_THAT(message(),
              AllOf(StartsWith("sparkwarden: gate failed; error config.core-site.malformed"),
                    EndsWith("; more: sparkwarden explain config.core-site.malformed\n"),
                    Not(HasSubstr("s3cret"))));

  std::filesystem::remove(token);
  EXPECT_EQ(wait().code, 1);
  EXPECT_THAT(message(),
              HasSubstr("gate failed (why is in the agent's log: /status does not tell, status "
                        "401, it wants web.token_file)"));
  EXPECT_THAT(agent_.log(),
              HasSubstr(R"("event":"gate","phase":"failed","was":"holding","code":")"))
      << "pending or malformed, whichever it was at that moment";
}

TEST_F(WaitTest, APortFileThatHoldsNoPortIsNoReasonToFailAPod) {
  std::ofstream(agent_.world().path() / "run/port") << "99999999\n";

  const Finished open = wait({"--timeout", "200ms"});

  EXPECT_EQ(open.code, 0);
  EXPECT_THAT(open.err, HasSubstr("run/port holds no port: \"99999999"));
  EXPECT_EQ(wait({"--timeout", "200ms", "--on-timeout", "fail"}).code, 1);
}

TEST_F(WaitTest, AnAgentThatSaysNothingIsNotWaitedForMuchLongerThanTheTimeout) {
  constexpr std::chrono::seconds kLate{4};
  const OneReplyServer silent("", OneReplyServer::Then::stay_open);
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.port());

  const auto ask = [&] { return wait({"--url", url, "--timeout", "1s", "--on-timeout", "fail"}); };

  Finished failed = ask();
  // A busy machine may be late once, and not each time.
  for (int again = 0; again < 4 && failed.took >= kLate; ++again) failed = ask();

  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.err, HasSubstr("no verdict within 1s (http.timeout connected, and no"));
  EXPECT_LT(failed.took, kLate) << "one question alone may take 5 s";
}

TEST_F(WaitTest, AnAgentThatAnswersHoldsLongerThanTheTimeout) {
  agent_.put("/opt/spark/conf/core-site.xml", kBroken);
  agent_.settings(settings_of("mode: enforce, timeout: 2s, on_timeout: fail"));
  agent_.start();

  const Finished failed = wait({"--timeout", "500ms", "--on-timeout", "open"});

  EXPECT_EQ(failed.code, 1) << "its pauses between two questions are longer than that";
  EXPECT_THAT(failed.err, StartsWith("sparkwarden: gate failed"));
}

TEST_F(WaitTest, AUrlThatIsNoneIsToldWithWhatIsWrong) {
  const Finished wrong = wait({"--url", "https://127.0.0.1:9797/startupz"});

  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err,
              HasSubstr("--url https://127.0.0.1:9797/startupz: expected http://HOST[:PORT]"));
}

TEST_F(WaitTest, WithCheckAsksOnlyWhatTheGateAsks) {
  agent_.put("/opt/spark/conf/core-site.xml", "<configuration/>\n");
  agent_.settings("gate: {probes: [config]}\n");
  EXPECT_EQ(wait({"--check", "--timeout", "0s", "--on-timeout", "fail"}).code, 0)
      << "there is no driver, no storage and no Python, and nobody asked for them";

  agent_.settings("gate: {probes: [config, peers]}\n");
  EXPECT_EQ(wait({"--check", "--timeout", "0s", "--on-timeout", "fail"}).code, 1);
  EXPECT_THAT(message(),
              AllOf(HasSubstr("; unknown peer.driver.unknown"),
                    EndsWith("; more: sparkwarden explain peer.driver.unknown\n")));
}

TEST(WhomAGateHolds, NobodyWhoseRoleIsUnknown) {
  Agent agent("auto");
  agent.put("/opt/spark/conf/core-site.xml", kBroken);
  agent.settings(settings_of("mode: enforce, timeout: 5m, on_timeout: fail"));
  agent.start();

  EXPECT_EQ(agent.get_until_ok("/startupz").status, 200) << agent.log();
  const std::string status = agent.get("/status").body;
  EXPECT_THAT(status, HasSubstr(R"("mode":"warn","would_hold":true)"));
  EXPECT_THAT(status, HasSubstr("agent.role.unknown"));
}

TEST(WhomAGateHolds, ADriverWithATypoInItsSettingsIsNotAmongThem) {
  for (const std::string role : {"driver", "executor"}) {
    Agent agent(role);
    agent.put("/opt/spark/conf/core-site.xml", "<configuration/>\n");
    agent.settings("tpyo: 1\n" + settings_of("mode: enforce, timeout: 5m, on_timeout: fail"));
    agent.start();
    EXPECT_THAT(agent.get_until("/readyz/agent", "agent.settings.invalid").body,
                HasSubstr("agent.settings.invalid"))
        << role;
    EXPECT_EQ(agent.get_until_ok("/readyz/config").status, 200) << role;

    EXPECT_EQ(agent.get("/startupz").status, role == "driver" ? 200 : 500) << agent.log();
  }
}

TEST(WhomAGateHolds, IsDecidedByTheProbesOfTheRole) {
  Agent driver("driver");
  driver.put("/opt/spark/conf/core-site.xml", "<configuration/>\n");
  driver.settings("gate: {mode: enforce, probes: [config, peers], timeout: 5m}\n" +
                  std::string(kConfigAlone) + "  python: {enabled: false}\n");
  driver.start();

  EXPECT_EQ(driver.get_until_ok("/startupz").status, 200)
      << "one file of settings serves all roles, and a driver has no peers";
  EXPECT_THAT(driver.get("/status").body, HasSubstr(R"("probes":["config"]})"));
}

TEST(ListenAddress, ThatIsNoNumberIsASettingsProblem) {
  const TempDir place;
  const std::string file = place.write("agent.yaml", "listen: {address: localhost}\n");

  const Finished validate = run_sparkwarden({"config", "validate", "--config", file});

  EXPECT_EQ(validate.code, 2);
  EXPECT_THAT(validate.err,
              HasSubstr(file + ":1:19: listen.address: must be numeric, such as [::]"));
}

TEST(ListenAddress, ThatThisPodDoesNotHaveIsToldWithAFixThatHelps) {
  Agent agent("driver");
  agent.settings(settings_of("mode: warn"));
  ::setenv("SPARKWARDEN_LISTEN_ADDRESS", "192.0.2.1", 1);
  agent.start();
  ::unsetenv("SPARKWARDEN_LISTEN_ADDRESS");

  EXPECT_THAT(agent.get_until("/status", "agent.port.taken").body,
              HasSubstr("give `listen.address` [::], 0.0.0.0 or an address that this pod has"));
}

}  // namespace
}  // namespace sparkwarden::tests
