// SPDX-License-Identifier: Apache-2.0
// Two agents and one NFS server: an executor finds out whether it sees its driver's storage.
#include <filesystem>
#include <string>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTokenSeen =
    "sparkwarden_nfs_operation_duration_seconds_count{operation=\"token\",via=\"wire\"}";

/// A driver and an executor whose pod template may name another directory of the same server.
class TwoAgents : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<Ganesha>();
    for (const char* directory : {"/driver", "/elsewhere"}) {
      std::filesystem::create_directory(server_->backing() + directory);
      ::chmod((server_->backing() + directory).c_str(), 0777);
    }
    start(driver_, "/driver", 0);
  }

  [[nodiscard]] std::string settings() const {
    return "probes:\n"
           "  config: {period: 100ms, deadline: 30s}\n"
           "  python: {enabled: false}\n"
           "  runtime: {enabled: false}\n"
           "  storage: {period: 100ms, deadline: 60s, rpc_timeout: 20s, step_deadline: 30s,\n"
           "    connect: {address: 127.0.0.1, nfs_port: " +
           std::to_string(server_->nfs_port()) + "}}\n";
  }

  void declare(const Agent& agent, const std::string& directory) const {
    agent.put("/opt/spark/conf/executor-pod-template.yaml",
              "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
              "    - name: spark-kubernetes-executor\n      volumeMounts:\n"
              "        - {name: checkpoints, mountPath: /mnt/checkpoints}\n  volumes:\n"
              "    - name: checkpoints\n      nfs: {server: 10.10.0.10, path: " +
                  server_->path() + directory + "}\n");
  }

  /// A driver's agent that has proven its export and announces a token there.
  void start(Agent& driver, const std::string& directory, std::uint16_t port) const {
    declare(driver, directory);
    driver.settings(settings());
    driver.listen(own_loopback_address(), port);
    driver.start();
    ASSERT_THAT(driver.get_until("/v1/manifest", "\"export\"").body, HasSubstr(directory))
        << driver.log();
  }

  void start_executor(const std::string& directory) {
    declare(executor_, directory);
    executor_.settings("metrics: {profile: full}\n" + settings() +
                       "  peers: {period: 100ms, driver_url: \"" + driver_.url() + "\"}\n");
    executor_.start();
  }

  std::unique_ptr<Ganesha> server_;
  Agent driver_{"driver"};
  Agent executor_{"executor"};
};

TEST_F(TwoAgents, AnnounceAndSeeOneStorage) {
  start_executor("/driver");

  // The histogram remembers the look; /status has the steps of the last run alone.
  EXPECT_THAT(executor_.get_until("/metrics", kTokenSeen).body, HasSubstr(kTokenSeen));
  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();
}

TEST_F(TwoAgents, TheAnnouncementIsOnBothAnswersAndTheTagStaysStill) {
  const Reply whole = driver_.get("/v1/manifest");
  const std::size_t start = whole.head.find("ETag: ") + 6;
  const std::string tag = whole.head.substr(start, whole.head.find("\r\n", start) - start);

  const Reply unchanged = driver_.get("/v1/manifest", {{"If-None-Match", tag}});

  EXPECT_EQ(whole.status, 200);
  EXPECT_THAT(whole.head, HasSubstr("Sparkwarden-Storage: v=1, path=.sparkwarden/"));
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_THAT(unchanged.head, HasSubstr("Sparkwarden-Storage: v=1, path=.sparkwarden/"));
}

TEST_F(TwoAgents, AnExecutorOnAnotherExportSaysSoUntilItsTemplateIsMended) {
  start_executor("/elsewhere");

  const Reply apart = executor_.get_until("/readyz/storage", "storage.shared.not-visible");
  declare(executor_, "/driver");
  const Reply mended = executor_.get_until_ok("/readyz/storage");

  EXPECT_EQ(apart.status, 500);
  EXPECT_EQ(apart.body, "internal server error: storage.shared.not-visible\n") << executor_.log();
  EXPECT_EQ(mended.body, "ok") << executor_.log();
  EXPECT_THAT(executor_.get("/metrics").body, Not(HasSubstr("storage.shared.not-visible")));
}

TEST_F(TwoAgents, ADriverThatIsReplacedByOneOnAnotherExportIsNoticed) {
  start_executor("/driver");
  ASSERT_THAT(executor_.get_until("/metrics", kTokenSeen).body, HasSubstr(kTokenSeen));
  ASSERT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();

  driver_.process().kill();
  Agent second("driver");
  start(second, "/elsewhere", driver_.port());

  EXPECT_EQ(executor_.get_until("/readyz/storage", "storage.shared.not-visible").body,
            "internal server error: storage.shared.not-visible\n")
      << executor_.log();
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
}

TEST_F(TwoAgents, ACheckInTheDriversPodLeavesTheAnnouncedTokenAlone) {
  const Finished check =
      run_sparkwarden({"check", "--config", driver_.config_path(), "--only", "storage"});
  start_executor("/driver");

  EXPECT_EQ(check.code, 0) << check.out << check.err;
  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();
}

}  // namespace
}  // namespace sparkwarden::tests
