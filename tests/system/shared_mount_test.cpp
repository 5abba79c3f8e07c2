// SPDX-License-Identifier: Apache-2.0
// Two agents that have the checkpoint volume mounted: the executor sees its driver's storage
// through its mount, whether the server talks to the agents or not; and what `check` shows of it.
#include <filesystem>
#include <memory>
#include <string>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/local_mount.hpp"

namespace sparkwarden::tests {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAt = "/mnt/checkpoints";
constexpr const char* kTokenThroughMount =
    "sparkwarden_nfs_operation_duration_seconds_count{operation=\"token\",via=\"mount\"}";
constexpr const char* kTokenOverWire =
    "sparkwarden_nfs_operation_duration_seconds_count{operation=\"token\",via=\"wire\"}";

class AgentsWithMounts : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<Ganesha>();
  }

  /// A pod whose template and mount table name the exported directory; `directory` is what it
  /// really has there.
  void put(const Agent& agent, const std::string& directory) const {
    agent.put("/opt/spark/conf/executor-pod-template.yaml",
              "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
              "    - name: spark-kubernetes-executor\n      volumeMounts:\n"
              "        - {name: checkpoints, mountPath: " +
                  std::string(kAt) +
                  "}\n  volumes:\n    - name: checkpoints\n      nfs: {server: " +
                  "10.10.0.10, path: " + server_->path() + "}\n");
    const std::string path = agent.under_root(kAt);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::filesystem::remove(path);
    std::filesystem::create_directory_symlink(directory, path);
    agent.world().write("mountinfo", nfs_line(directory, path, "10.10.0.10:" + server_->path()));
  }

  [[nodiscard]] static std::string settings(int port) {
    return "  config: {period: 100ms, deadline: 30s}\n"
           "  python: {enabled: false}\n"
           "  runtime: {enabled: false}\n"
           "  storage: {period: 100ms, deadline: 60s, rpc_timeout: 20s, step_deadline: 30s,\n"
           "    connect: {address: 127.0.0.1, nfs_port: " +
           std::to_string(port) + "}}\n";
  }
  void start_driver(int port) {
    put(driver_, server_->backing());
    driver_.settings("probes:\n" + settings(port));
    driver_.start();
    ASSERT_THAT(driver_.get_until("/v1/manifest", "\"export\"").body, HasSubstr(server_->path()))
        << driver_.log();
  }
  void start_executor(const std::string& directory, int port) {
    put(executor_, directory);
    executor_.settings("metrics: {profile: full}\nprobes:\n" + settings(port) +
                       "  peers: {period: 100ms, driver_url: \"127.0.0.1:" +
                       std::to_string(driver_.port()) + "\"}\n");
    executor_.start();
  }

  std::unique_ptr<Ganesha> server_;
  Agent driver_{"driver"};
  Agent executor_{"executor"};
};

TEST_F(AgentsWithMounts, SeeOneStorageThroughThem) {
  start_driver(server_->nfs_port());
  start_executor(server_->backing(), server_->nfs_port());

  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();
  EXPECT_THAT(executor_.get_until("/metrics", kTokenThroughMount).body,
              HasSubstr(kTokenThroughMount));
  EXPECT_THAT(executor_.get("/metrics").body, Not(HasSubstr(kTokenOverWire)));
}

TEST_F(AgentsWithMounts, SeeItAlsoWhereTheServerRefusesBothOfThem) {
  start_driver(1);
  start_executor(server_->backing(), 1);

  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();
  EXPECT_THAT(executor_.get_until("/metrics", kTokenThroughMount).body,
              HasSubstr(kTokenThroughMount));
  EXPECT_THAT(executor_.get("/status").body, HasSubstr("nfs.server.refused"));
}

TEST_F(AgentsWithMounts, AnOldViewIsToldAndAnotherStorageFails) {
  const TempDir old;
  start_driver(server_->nfs_port());
  start_executor(old.path().string(), server_->nfs_port());

  const Reply stale = executor_.get_until("/status", "storage.shared.stale-view");
  EXPECT_THAT(stale.body, HasSubstr("storage.shared.stale-view")) << executor_.log();
  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << "a warning holds nobody";

  executor_.process().signal(SIGTERM);
  static_cast<void>(executor_.process().wait(std::chrono::seconds(60)));
  start_executor(old.path().string(), 1);
  const Reply apart = executor_.get_until("/readyz/storage", "storage.shared.not-visible");
  EXPECT_EQ(apart.status, 500);
  EXPECT_EQ(apart.body, "internal server error: storage.shared.not-visible\n") << executor_.log();
}

TEST_F(AgentsWithMounts, CheckShowsTheStepsOfBothWaysAndLeavesTheTokenAlone) {
  start_driver(server_->nfs_port());

  const Finished check =
      run_sparkwarden({"check", "--config", driver_.config_path(), "--only", "storage"});
  start_executor(server_->backing(), server_->nfs_port());

  EXPECT_EQ(check.code, 0) << check.out << check.err;
  EXPECT_THAT(check.out, ContainsRegex("null +loop +[0-9.]+ ms +ok"));
  EXPECT_THAT(check.out, ContainsRegex("rename +wire +[0-9.]+ ms +ok"));
  EXPECT_THAT(check.out, ContainsRegex("rename +mount +[0-9.]+ ms +ok"));
  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok") << executor_.log();
}

}  // namespace
}  // namespace sparkwarden::tests
