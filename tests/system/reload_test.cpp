// SPDX-License-Identifier: Apache-2.0
// New settings for a running agent: good ones and bad ones, while it is asked all the time.
#include <string>

#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/http_load.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kQuick =
    "probes:\n"
    "  config: {period: 100ms, deadline: 30s, fail_after: 1}\n"
    "  storage: {enabled: false}\n"
    "  python: {enabled: false}\n"
    "  runtime: {enabled: false}\n"
    "  peers: {enabled: false}\n";
constexpr const char* kMinimal = "metrics: {profile: minimal}\n";
constexpr const char* kInvalid =
    "sparkwarden_finding{probe=\"agent\",code=\"agent.settings.invalid\",severity=\"error\"} 1\n";
constexpr int kSome = 20;  // answers to each client, before and after

class ReloadTest : public testing::Test {
 protected:
  void SetUp() override {
    agent_.put("/opt/spark/conf/spark-defaults.conf", "spark.app.name x\n");
    agent_.settings(kQuick);
    agent_.start();
    agent_.await_runs("config", 1);
  }

  /// Whoever watches the file may be first; both read the same.
  void reload(const std::string& settings) {
    agent_.settings(settings);
    agent_.process().signal(SIGHUP);
  }
  /// The value of a series without labels.
  [[nodiscard]] double value(const std::string& series) const {
    const std::string page = agent_.get("/metrics").body;
    const std::size_t at = page.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(page.substr(at + series.size() + 2));
  }
  /// Histograms are what the profiles differ in.
  [[nodiscard]] bool await_histograms(bool there) const {
    const auto as_wanted = [&](const Reply& page) {
      return page.status == 200 && (page.body.find("_bucket") != std::string::npos) == there;
    };
    return as_wanted(agent_.ask_until("/metrics", as_wanted));
  }

  Agent agent_{"driver"};
};

TEST_F(ReloadTest, OfGoodSettingsTakesThemUpWithoutDroppingAConnection) {
  const double taken = value("sparkwarden_config_reload_timestamp_seconds");
  HttpLoad load(agent_.port());
  ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();

  for (int i = 0; i < 3; ++i) {
    reload(kMinimal + std::string(kQuick));
    ASSERT_TRUE(await_histograms(false));
    ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();
    reload(kQuick);
    ASSERT_TRUE(await_histograms(true));
    ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();
  }

  EXPECT_GT(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok");
  EXPECT_THAT(load.trouble(), IsEmpty());
}

TEST_F(ReloadTest, OfBadSettingsIsReportedAndTheOldOnesStay) {
  const double taken = value("sparkwarden_config_reload_timestamp_seconds");
  HttpLoad load(agent_.port());
  ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();

  reload(kMinimal + std::string("gate: {mode: strict}\nnonsense: 1\n") + kQuick);

  const std::string status = agent_.get_until("/status", "agent.settings.invalid").body;
  EXPECT_THAT(status, HasSubstr("gate.mode"));
  EXPECT_THAT(agent_.get("/readyz/agent").body, HasSubstr("agent.settings.invalid"));
  EXPECT_EQ(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  const std::string metrics = agent_.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr(kInvalid));
  EXPECT_THAT(metrics, HasSubstr("_bucket")) << "the profile is the old one";
  EXPECT_EQ(agent_.get("/readyz").body, "ok");
  EXPECT_THAT(agent_.log(), HasSubstr("not taken"));
  reload("probes: [\n");
  const Reply other = agent_.ask_until("/status", [](const Reply& reply) {
    return reply.status == 200 && reply.body.find("gate.mode") == std::string::npos;
  });
  EXPECT_THAT(other.body, HasSubstr("agent.settings.invalid"));
  EXPECT_THAT(other.body, Not(HasSubstr("gate.mode"))) << "the problems of the file before";
  ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();

  reload(kQuick);

  EXPECT_EQ(agent_.get_until_ok("/readyz/agent").body, "ok");
  EXPECT_THAT(agent_.get("/metrics").body, Not(HasSubstr("agent.settings.invalid")));
  EXPECT_GT(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  ASSERT_TRUE(load.each_is_answered(kSome)) << load.trouble();
  EXPECT_THAT(load.trouble(), IsEmpty());
}

TEST_F(ReloadTest, KeepsVerdictAndStreakOfAProbe) {
  agent_.put("/opt/spark/conf/core-site.xml", "<configuration>\n");
  ASSERT_THAT(agent_.get_until("/readyz/config", "config.core-site.malformed").body,
              HasSubstr("config.core-site.malformed"));
  const int before = agent_.runs_before_verdict("config");
  HttpLoad load(agent_.port());

  for (int i = 1; i <= 4; ++i) {
    // The probe is made anew for the other limit.
    const bool minimal = i % 2 == 1;
    reload((minimal ? kMinimal : "") + std::string(kQuick) + "limits: {file: " + std::to_string(i) +
           "MiB}\n");
    ASSERT_TRUE(await_histograms(!minimal));
    agent_.await_runs("config", 2);
  }

  EXPECT_EQ(agent_.runs_before_verdict("config"), before) << "the streak began anew";
  EXPECT_THAT(agent_.get("/readyz/config").body, HasSubstr("config.core-site.malformed"));
  EXPECT_THAT(load.trouble(), IsEmpty());
}

TEST_F(ReloadTest, OfWhatIsFixedSaysThatARestartIsNeeded) {
  reload("gate: {timeout: 33s}\n" + std::string(kQuick));

  const std::string status = agent_.get_until("/status", "agent.settings.restart-needed").body;
  EXPECT_THAT(status, HasSubstr("gate.timeout"));
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok") << "an info";

  reload(kQuick);
  const Reply undone = agent_.ask_until("/status", [](const Reply& reply) {
    return reply.status == 200 && reply.body.find("restart-needed") == std::string::npos;
  });
  EXPECT_THAT(undone.body, Not(HasSubstr("restart-needed")));
}

// As the kubelet does it: the new file is there before its name is.
TEST_F(ReloadTest, HappensByItselfWhenTheFileIsReplaced) {
  HttpLoad load(agent_.port());
  agent_.settings(kMinimal + std::string(kQuick));
  ASSERT_TRUE(await_histograms(false));
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok");

  agent_.settings("nonsense: 1\n" + std::string(kQuick));
  EXPECT_THAT(agent_.get_until("/readyz/agent", "agent.settings.invalid").body,
              HasSubstr("agent.settings.invalid"));
  EXPECT_TRUE(await_histograms(false)) << "the last good one stays";

  agent_.settings(kQuick);
  EXPECT_EQ(agent_.get_until_ok("/readyz/agent").body, "ok");
  EXPECT_THAT(load.trouble(), IsEmpty());
}

TEST_F(ReloadTest, HappensByItselfWhereTheFileIsToldByItsNameAlone) {
  agent_.settings_by_name();
  agent_.start();

  agent_.settings(kMinimal + std::string(kQuick));

  EXPECT_TRUE(await_histograms(false));
}

TEST_F(ReloadTest, OfATokenClosesAndOpensThePages) {
  const auto answers = [&](int status, const Headers& headers) {
    return agent_
               .ask_until(
                   "/status", [&](const Reply& reply) { return reply.status == status; }, headers)
               .status == status;
  };
  ASSERT_TRUE(answers(200, {}));
  const TempDir place;
  const std::string token = place.write("token", "s3cret\n");

  reload("web: {token_file: \"" + token + "\"}\n" + std::string(kQuick));
  EXPECT_TRUE(answers(401, {}));
  EXPECT_TRUE(answers(200, {{"Authorization", "Bearer s3cret"}}));

  reload(kQuick);
  EXPECT_TRUE(answers(200, {}));
}

}  // namespace
}  // namespace sparkwarden::tests
