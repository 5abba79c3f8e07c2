// SPDX-License-Identifier: Apache-2.0
// New settings for a running agent: good ones and bad ones, while it is asked all the time.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/test_client.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kQuick =
    "probes:\n"
    "  config: {period: 100ms, deadline: 2s, fail_after: 1}\n"
    "  storage: {enabled: false}\n"
    "  python: {enabled: false}\n"
    "  runtime: {enabled: false}\n"
    "  peers: {enabled: false}\n";

/// One connection that asks all the time, and notes whether it was ever cut off.
class Load {
 public:
  explicit Load(std::uint16_t port) : client_(port), thread_([this] { run(); }) {}
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() { stop(); }

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] int answers() const { return answers_; }
  [[nodiscard]] std::string trouble() {
    stop();
    return trouble_;
  }

 private:
  void run() {
    try {
      while (!stopping_) {
        client_.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string reply = client_.read_reply();
        if (!reply.starts_with("HTTP/1.1 200")) trouble_ = reply;
        ++answers_;
      }
    } catch (const std::exception& error) {
      trouble_ = error.what();
    }
  }

  RawClient client_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> answers_ = 0;
  std::string trouble_;
  std::thread thread_;
};

class ReloadTest : public testing::Test {
 protected:
  void SetUp() override {
    agent_.put("/opt/spark/conf/spark-defaults.conf", "spark.app.name x\n");
    agent_.settings(kQuick);
    agent_.start();
    (void)agent_.get_until("/metrics", "sparkwarden_probe_runs_total{probe=\"config\"} 1");
  }

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

  /// Finished ones: a file that is being written must not be read half.
  [[nodiscard]] int reloads() const {
    const std::string log = agent_.log();
    int count = 0;
    for (std::size_t at = 0; (at = log.find("\"event\":\"reload\"", at)) != std::string::npos;
         ++at) {
      ++count;
    }
    return count;
  }

  Agent agent_{"driver"};
};

TEST_F(ReloadTest, OfGoodSettingsTakesThemUpWithoutDroppingAConnection) {
  const double taken = value("sparkwarden_config_reload_timestamp_seconds");
  Load load(agent_.port());

  reload("metrics: {profile: minimal}\nfindings: {agent.settings.*: warning}\n" +
         std::string(kQuick));
  while (reloads() == 0 && agent_.process().running()) {
    (void)agent_.get("/livez");
  }

  EXPECT_GT(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  EXPECT_THAT(agent_.get("/metrics").body, Not(HasSubstr("_bucket")));
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok");
  EXPECT_EQ(load.trouble(), "");
  EXPECT_GT(load.answers(), 0);
}

TEST_F(ReloadTest, OfBadSettingsIsReportedAndTheOldOnesStay) {
  const double taken = value("sparkwarden_config_reload_timestamp_seconds");
  Load load(agent_.port());

  reload("metrics: {profile: minimal}\ngate: {mode: strict}\nnonsense: 1\n" + std::string(kQuick));

  EXPECT_THAT(agent_.get_until("/readyz/agent", "agent.settings.invalid").body,
              HasSubstr("agent.settings.invalid"));
  EXPECT_EQ(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  EXPECT_THAT(agent_.get("/metrics").body, HasSubstr("_bucket")) << "the profile is the old one";
  EXPECT_THAT(agent_.get("/status").body, HasSubstr("gate.mode"));
  EXPECT_EQ(agent_.get("/readyz").body, "ok");
  EXPECT_THAT(agent_.log(), HasSubstr("not taken"));

  reload(kQuick);

  EXPECT_EQ(agent_.get_until_ok("/readyz/agent").body, "ok");
  EXPECT_GT(value("sparkwarden_config_reload_timestamp_seconds"), taken);
  EXPECT_EQ(load.trouble(), "");
}

TEST_F(ReloadTest, OfWhatIsFixedSaysThatARestartIsNeeded) {
  reload("gate: {timeout: 33s}\n" + std::string(kQuick));

  const std::string status = agent_.get_until("/status", "agent.settings.restart-needed").body;
  EXPECT_THAT(status, HasSubstr("gate.timeout"));
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok") << "an info";

  reload(kQuick);
  const std::string gone = "sparkwarden_finding{probe=\"agent\"";
  while (agent_.get("/metrics").body.find(gone) != std::string::npos) {
  }
  EXPECT_THAT(agent_.get("/status").body, Not(HasSubstr("restart-needed")));
}

// As the kubelet does it: the new file is there before its name is.
TEST_F(ReloadTest, HappensByItselfWhenTheFileIsReplaced) {
  const std::filesystem::path file = agent_.config_path();
  std::string text;
  {
    std::ifstream in(file);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto replace = [&](const std::string& with) {
    const std::string next = file.string() + ".next";
    std::ofstream(next) << with;
    std::filesystem::rename(next, file);
  };

  replace("metrics: {profile: minimal}\n" + text);
  while (agent_.get("/metrics").body.find("_bucket") != std::string::npos) {
    ASSERT_TRUE(agent_.process().running());
  }
  EXPECT_EQ(agent_.get("/readyz/agent").body, "ok");

  replace("nonsense: 1\n" + text);
  EXPECT_THAT(agent_.get_until("/readyz/agent", "agent.settings.invalid").body,
              HasSubstr("agent.settings.invalid"));
  EXPECT_THAT(agent_.get("/metrics").body, Not(HasSubstr("_bucket"))) << "the last good one stays";

  replace(text);
  EXPECT_EQ(agent_.get_until_ok("/readyz/agent").body, "ok");
}

TEST_F(ReloadTest, KeepsTheStreakAndTheRunsOfAProbe) {
  const int runs = agent_.runs("config");
  ASSERT_GE(runs, 1);

  for (int i = 1; i <= 5; ++i) {
    reload(std::string(kQuick) + "limits: {file: " + std::to_string(i) + "MiB}\n");
    while (reloads() < i && agent_.process().running()) {
    }
  }

  EXPECT_GE(agent_.runs("config"), runs);
  (void)agent_.get_until(
      "/metrics", "sparkwarden_probe_runs_total{probe=\"config\"} " + std::to_string(runs + 3));
  EXPECT_GE(agent_.runs("config"), runs + 3);
  EXPECT_TRUE(agent_.process().running());
}

TEST_F(ReloadTest, OfATokenClosesAndOpensThePages) {
  ASSERT_EQ(agent_.get("/status").status, 200);
  const TempDir place;
  const std::string token = place.write("token", "s3cret\n");

  reload("web: {token_file: \"" + token + "\"}\n" + std::string(kQuick));
  while (agent_.get("/status").status != 401 && agent_.process().running()) {
  }
  int status = 401;
  while (status == 401 && agent_.process().running()) {
    status = agent_.get("/status", {{"Authorization", "Bearer s3cret"}}).status;
  }
  EXPECT_EQ(status, 200);

  reload(kQuick);
  while (agent_.get("/status").status != 200 && agent_.process().running()) {
  }
  EXPECT_EQ(agent_.get("/status").status, 200);
}

}  // namespace
}  // namespace sparkwarden::tests
