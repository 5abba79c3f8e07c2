// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/reload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/agent_codes.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::commands {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Setup setup_of(const std::string& text) {
  const tests::TempDir directory;
  const std::string file = directory.write("agent.yaml", "role: executor\n" + text);
  return set_up({.config = file, .role = {}}, {});
}

TEST(Reload, SeesWhichKeysChanged) {
  const auto before = setup_of("gate: {mode: warn}\nlimits: {idle: 15s}\n");
  const auto after = setup_of("gate: {mode: enforce}\nprobes: {storage: {period: 90s}}\n");

  EXPECT_THAT(changed_keys(before.config, after.config),
              testing::UnorderedElementsAre(
                  "gate.mode", "probes.storage.period", "probes.storage.max_age"));
  EXPECT_THAT(changed_keys(before.config, before.config), IsEmpty());
}

TEST(Reload, MakesAProbeAnewForItsOwnSettingsAndForWhatItMayRead) {
  EXPECT_TRUE(remakes("peers", {"probes.peers.driver_url"}));
  EXPECT_TRUE(remakes("peers", {"limits.peer_body"}));
  EXPECT_FALSE(remakes("peers", {"probes.peers.period", "probes.peers.fail_after"}));
  EXPECT_FALSE(remakes("peers", {"probes.storage.targets", "limits.idle", "log.level"}));
}

TEST(Reload, RanksFindingsAnewForTheirSeverityAndForWhatIsAccepted) {
  const auto before = setup_of("");
  const auto ranked = setup_of("findings: {nfs.*: off}\n");
  const auto accepted = setup_of("suppress: [{code: nfs.space.low, reason: known}]\n");

  EXPECT_TRUE(ranks_anew(changed_keys(before.config, ranked.config)));
  EXPECT_TRUE(ranks_anew(changed_keys(before.config, accepted.config)));
  EXPECT_FALSE(ranks_anew({"probes.storage.targets", "log.level"}));
}

TEST(Reload, TakesWhatARunningAgentCanTake) {
  const auto running = setup_of("");
  const auto next = setup_of(
      "listen: {port: 1}\ngate: {mode: enforce}\npaths: {run_dir: /elsewhere}\n"
      "spark_version: 4.0\nready: {policy: alive}\nlimits: {file: 1MiB, idle: 1s}\nfindings: "
      "{nfs.*: off}\n"
      "probes: {storage: {enabled: false, period: 90s}, peers: {driver_url: a}}\n");

  const auto taken = adopted(running, next);

  EXPECT_EQ(taken.config.agent.listen.port, 9797);
  EXPECT_EQ(taken.config.agent.gate.mode, GateMode::warn);
  EXPECT_EQ(taken.world.paths.run_dir, running.world.paths.run_dir);
  EXPECT_EQ(taken.world.identity.uid, running.world.identity.uid);
  EXPECT_EQ(taken.world.seed, running.world.seed);
  EXPECT_EQ(taken.world.file_bytes_max, 1024U * 1024U);
  EXPECT_EQ(taken.world.spark_version, settings::SparkVersion{"4.0"});
  EXPECT_EQ(taken.ready_policy(), ReadyPolicy::alive);
  EXPECT_EQ(taken.config.agent.limits.idle, milliseconds(1'000));
  EXPECT_EQ(taken.config.agent.findings.overrides.size(), 1U);
  ASSERT_EQ(taken.probes.size(), running.probes.size());
  for (const EnabledProbe& probe : taken.probes) {
    if (probe.row->name != "storage") continue;
    EXPECT_EQ(probe.timing.period, milliseconds(90'000));
  }
}

TEST(Reload, NamesWhatNeedsARestart) {
  const auto start = setup_of("");
  const auto next = setup_of(
      "listen: {port: 1}\nlimits: {idle: 1s}\nprobes: {storage: {enabled: false, period: 90s}}\n");

  const std::vector<Finding> findings = restarts_needed(start.config, next.config);

  ASSERT_EQ(findings.size(), 2U);
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.code, agent_codes::kRestartNeeded.code);
    EXPECT_EQ(finding.severity, Severity::info);
  }
  EXPECT_EQ(findings[0].subject, "listen.port");
  EXPECT_EQ(findings[0].expected, "1");
  EXPECT_EQ(findings[0].actual, "9797");
  EXPECT_EQ(findings[1].subject, "probes.storage.enabled");
  EXPECT_THAT(restarts_needed(start.config, start.config), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::commands
