// SPDX-License-Identifier: Apache-2.0
// The sidecar as a pod runs it: the real binary, a real NFS server, each breakage of the demo.
#include "tests/support/agent.hpp"

#include <chrono>
#include <filesystem>
#include <string>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ganesha.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

/// Every run is a full one, and a run is over soon when the server does not answer.
std::string quick_settings(const Ganesha& server,
                           const std::string& more = "",
                           const std::string& deadline = "20s",
                           const std::string& rpc_timeout = "2s") {
  return "probes:\n"
         "  config: {period: 200ms, deadline: 30s, fail_after: 1}\n"
         "  storage: {period: 200ms, deadline: " +
         deadline + ", fail_after: 1, full_every: 100ms, rpc_timeout: " + rpc_timeout +
         ",\n"
         "    connect: {address: 127.0.0.1, nfs_port: " +
         std::to_string(server.nfs_port()) + "}" + more + "}\n" + kNoInventories;
}

std::string target_of(const Ganesha& server) {
  return ",\n    targets: [{server: 10.10.0.10, export: " + server.path() +
         ", mount_path: /mnt/spark-checkpoints, write: true}]";
}

class SidecarTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<Ganesha>();
    executor_.put_reference_configuration();
    executor_.settings("gate: {mode: enforce}\n" + quick_settings(*server_, target_of(*server_)));
    executor_.start();
    ASSERT_EQ(executor_.get_until_ok("/readyz").body, "ok") << executor_.log();
    ASSERT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();
  }

  /// The reason of one probe, and that it failed within two runs after now.
  void expect_within_two_runs(const Agent& agent,
                              const std::string& probe,
                              const std::string& code) {
    const int before = agent.runs(probe);
    const Reply reply = agent.get_until("/readyz/" + probe, code);
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(reply.body, "internal server error: " + code + "\n");
    EXPECT_LE(agent.runs_before_verdict(probe) - before, 2) << "and not only when we looked";
    EXPECT_THAT(agent.get("/metrics").body,
                HasSubstr("sparkwarden_finding{probe=\"" + probe + "\",code=\"" + code +
                          "\",severity=\"error\"} 1"));
  }

  std::unique_ptr<Ganesha> server_;
  Agent executor_{"executor"};
};

TEST_F(SidecarTest, OpensTheGateOnceEverythingIsProven) {
  const Reply gate = executor_.get("/startupz?verbose");

  EXPECT_EQ(gate.status, 200);
  EXPECT_THAT(gate.head, HasSubstr("Sparkwarden-Gate: open"));
  EXPECT_EQ(executor_.get("/readyz?verbose").body,
            "[+]config ok\n[+]storage ok\nreadyz check passed\n");
  EXPECT_EQ(executor_.get("/livez").body, "ok");
}

TEST_F(SidecarTest, NamesAnExportThatTurnsReadOnlyAndRecovers) {
  server_->set_read_only(true);

  expect_within_two_runs(executor_, "storage", "nfs.export.read-only");
  EXPECT_THAT(executor_.get("/readyz").body, HasSubstr("[-]storage failed: nfs.export.read-only"));

  server_->set_read_only(false);

  EXPECT_EQ(executor_.get_until_ok("/readyz/storage").body, "ok");
  EXPECT_EQ(executor_.get_until_ok("/readyz").body, "ok");
}

TEST_F(SidecarTest, NamesAFrozenServerAndStaysAliveMeanwhile) {
  server_->freeze();

  expect_within_two_runs(executor_, "storage", "nfs.server.silent");
  EXPECT_EQ(executor_.get("/livez").body, "ok");

  server_->thaw();

  EXPECT_EQ(executor_.get_until_ok("/readyz").body, "ok");
}

TEST_F(SidecarTest, AnOpenGateStaysOpen) {
  server_->freeze();
  (void)executor_.get_until("/readyz/storage", "nfs.server.silent");

  EXPECT_EQ(executor_.get("/startupz").status, 200);
  server_->thaw();
}

TEST_F(SidecarTest, TheDriverSideSeesConfigurationBreakAndStaysReady) {
  Agent driver("driver");
  driver.put_reference_configuration();
  driver.settings(quick_settings(*server_));
  driver.start();
  ASSERT_EQ(driver.get_until_ok("/readyz/config").body, "ok") << driver.log();
  const std::string conf = driver.under_root("/opt/spark/conf");

  std::filesystem::rename(conf + "/executor-pod-template.yaml", conf + "/kept");
  expect_within_two_runs(driver, "config", "template.file.missing");
  EXPECT_EQ(driver.get("/readyz").body, "ok") << "its DNS record must not go";
  std::filesystem::rename(conf + "/kept", conf + "/executor-pod-template.yaml");
  EXPECT_EQ(driver.get_until_ok("/readyz/config").body, "ok");

  driver.put(
      "/opt/spark/conf/spark-defaults.conf",
      "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor-pod-template.yaml\n"
      "spark.kubernetes.executor.volumes.nfs.again.mount.path /mnt/spark-checkpoints\n"
      "spark.kubernetes.executor.volumes.nfs.again.options.server 10.10.0.10\n"
      "spark.kubernetes.executor.volumes.nfs.again.options.path /volume1/spark-checkpoints\n");
  expect_within_two_runs(driver, "config", "template.mount-path.duplicate");
  driver.put_reference_configuration();
  EXPECT_EQ(driver.get_until_ok("/readyz/config").body, "ok");
}

TEST_F(SidecarTest, LogsAStateChangeOnceHoweverOftenItFails) {
  server_->set_read_only(true);
  (void)executor_.get_until("/readyz/storage", "nfs.export.read-only");
  executor_.await_runs("storage", 3);

  const std::string log = executor_.log();

  std::size_t lines = 0;
  for (std::size_t at = 0;
       (at = log.find("\"code\":\"nfs.export.read-only\"", at)) != std::string::npos;
       ++at) {
    ++lines;
  }
  EXPECT_EQ(lines, 1u) << log;
}

TEST_F(SidecarTest, MetricsAreCleanForPromtool) {
  const TempDir place;
  const std::string page = place.write("metrics", executor_.get("/metrics").body);
  const std::string said = (place.path() / "said").string();

  Process promtool({"sh", "-c", "promtool check metrics < \"$0\" 2>&1", page}, said);
  const auto status = promtool.wait(std::chrono::seconds(60));

  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(*status, 0);
  EXPECT_EQ(std::filesystem::file_size(said), 0u);
}

// Within a second, says sidecar.cpp; a busy machine may need longer, but not as long as the run.
TEST_F(SidecarTest, SigtermEndsItAtOnceAlsoInARunAtAFrozenServer) {
  server_->freeze();
  Agent waiting("executor");
  waiting.put_reference_configuration();
  waiting.settings(quick_settings(*server_, target_of(*server_), "170s", "160s"));
  waiting.start();
  waiting.await_runs("config", 1);  // which the storage waits for

  waiting.process().signal(SIGTERM);
  const auto status = waiting.process().wait(seconds(60));

  ASSERT_TRUE(status.has_value()) << "still there after a minute";
  EXPECT_TRUE(WIFEXITED(*status));
  EXPECT_EQ(WEXITSTATUS(*status), 0);
  server_->thaw();
}

TEST_F(SidecarTest, WaitReturnsWhenTheGateIsOpenAndSaysSoInOneLine) {
  const std::string message = (executor_.world().path() / "termination").string();

  const Finished wait =
      run_sparkwarden({"wait", "--config", executor_.config_path(), "--termination-log", message});

  EXPECT_EQ(wait.code, 0) << wait.err;
  EXPECT_THAT(wait.err, StartsWith("sparkwarden: gate open"));
}

TEST_F(SidecarTest, CheckPrintsTheStepsOfTheProof) {
  const Finished check =
      run_sparkwarden({"check", "--config", executor_.config_path(), "--only", "storage"});

  EXPECT_EQ(check.code, 0) << check.out << check.err;
  for (const char* step : {"connect", "mount", "write", "rename", "unlink"}) {
    EXPECT_THAT(check.out, HasSubstr(step));
  }
}

TEST_F(SidecarTest, CheckOfAFrozenServerEndsByItsDeadlineAndLeavesNoChild) {
  // Whatever it left behind would become a child of this process.
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  server_->freeze();
  const int children = count_children();

  const Finished check =
      run_sparkwarden({"check", "--config", executor_.config_path(), "--only", "storage"});

  EXPECT_EQ(check.code, 1) << check.out << check.err;
  EXPECT_THAT(check.out, HasSubstr("error[nfs.server.silent]"));
  EXPECT_LE(check.took, seconds(20)) << "its deadline";
  EXPECT_EQ(count_children(), children);
  server_->thaw();
}

TEST(Sidecar, ATakenPortIsToldAndAnotherOneUsed) {
  Agent first("driver");
  first.settings("probes: {storage: {enabled: false}}\n");
  first.start();
  const std::string taken = std::to_string(first.port());
  Agent second("driver");
  second.settings("probes: {storage: {enabled: false}}\n");
  const std::map<std::string, std::string> port{{"SPARKWARDEN_LISTEN_PORT", taken}};
  second.listen("127.0.0.1", first.port());

  second.start();
  const Finished strict =
      run_sparkwarden({"run", "--strict", "--config", second.config_path()}, port);

  EXPECT_NE(second.port(), first.port());
  EXPECT_THAT(second.get_until("/status", "agent.port.taken").body, HasSubstr("agent.port.taken"));
  EXPECT_EQ(strict.code, 2);
  EXPECT_THAT(strict.err, HasSubstr("cannot listen"));
}

TEST(Sidecar, WrongSettingsAreToldAndHoldAnEnforcingGate) {
  Agent executor("executor");
  executor.settings(
      "gate: {mode: enforce, probes: [config], timeot: 5s}\n"
      "probes: {storage: {enabled: false}}\n");

  executor.start();

  EXPECT_THAT(executor.get_until("/status", "agent.settings.invalid").body,
              HasSubstr("did you mean `gate.timeout`?"));
  EXPECT_EQ(executor.get_until_ok("/readyz/config").body, "ok");
  EXPECT_EQ(executor.get("/startupz").status, 500);
  EXPECT_EQ(run_sparkwarden({"run", "--strict", "--config", executor.config_path()}).code, 2);
  EXPECT_EQ(run_sparkwarden({"config", "validate", "--config", executor.config_path()}).code, 2);
}

TEST(Sidecar, WithoutARoleItRunsAsDriverAndSaysSo) {
  Agent agent("auto");
  agent.settings("probes: {storage: {enabled: false}}\n");

  agent.start();

  EXPECT_THAT(agent.get_until("/status", "agent.role.unknown").body,
              HasSubstr("agent.role.unknown"));
  EXPECT_EQ(agent.get("/readyz").body, "ok");
}

}  // namespace
}  // namespace sparkwarden::tests
