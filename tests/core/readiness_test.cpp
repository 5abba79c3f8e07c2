// SPDX-License-Identifier: Apache-2.0
#include "agent/core/readiness.hpp"

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

Readiness by_verdict(const Snapshot& s) {
  return decide(s, ReadyPolicy::verdict, kStart);
}

Check the_check(const Snapshot& s) {
  return by_verdict(s).checks.at(0);
}

TEST(Readiness, AliveHasTheSingleCheckPingWhateverTheProbesSay) {
  const Snapshot s = fold(a_snapshot_of({"storage"}), a_run("storage", fails()));

  EXPECT_EQ(decide(s, ReadyPolicy::alive, kStart),
            (Readiness{.ready = true, .checks = {{.name = "ping", .ok = true}}}));
}

TEST(Readiness, IsNoBeforeEveryProbeHasPassed) {
  const Snapshot s = fold(a_snapshot_of({"config", "storage"}), a_run("config", passes()));

  EXPECT_EQ(
      by_verdict(s),
      (Readiness{
          .ready = false,
          .checks = {{.name = "config", .ok = true},
                     {.name = "storage", .ok = false, .reason = "unknown:agent.run.pending"}}}));
}

TEST(Readiness, WithoutProbesIsThatTheAgentIsAlive) {
  const Readiness readiness = decide(a_snapshot_of({"agent"}), ReadyPolicy::verdict, Instant());

  EXPECT_TRUE(readiness.ready);
  EXPECT_EQ(readiness.checks, (std::vector<Check>{{.name = "ping", .ok = true}}));
}

TEST(Readiness, FailCountsAfterFailAfterRuns) {
  Snapshot s = fold(a_snapshot_of({"storage"}, {.fail_after = 2}), a_run("storage", passes()));

  s = fold(s, a_run("storage", fails()));
  EXPECT_TRUE(by_verdict(s).ready);

  s = fold(s, a_run("storage", fails()));
  EXPECT_EQ(the_check(s),
            (Check{.name = "storage", .ok = false, .reason = "nfs.export.read-only"}));
}

TEST(Readiness, ComesBackAfterPassAfterRunsAndSaysSoMeanwhile) {
  Snapshot s = fold(a_snapshot_of({"storage"}, {.pass_after = 2}), a_run("storage", fails()));

  s = fold(s, a_run("storage", passes()));
  EXPECT_EQ(the_check(s), (Check{.name = "storage", .ok = false, .reason = "recovering"}));

  s = fold(s, a_run("storage", passes()));
  EXPECT_TRUE(by_verdict(s).ready);
}

TEST(Readiness, UnknownLeavesTheAnswerAsItWas) {
  Snapshot ready = fold(a_snapshot_of({"storage"}), a_run("storage", passes()));
  Snapshot unready = fold(a_snapshot_of({"storage"}), a_run("storage", fails()));

  ready = fold(ready, a_run("storage", cannot_look()));
  unready = fold(unready, a_run("storage", cannot_look()));

  EXPECT_TRUE(by_verdict(ready).ready);
  EXPECT_FALSE(by_verdict(unready).ready);
  EXPECT_EQ(the_check(unready).reason, "unknown:config.file.unreadable");
}

TEST(Readiness, UnknownRunsDoNotBreakARowOfFailures) {
  Snapshot s = fold(a_snapshot_of({"storage"}, {.fail_after = 2}), a_run("storage", passes()));

  for (const Observed& run : {fails(), cannot_look(), fails()}) s = fold(s, a_run("storage", run));

  EXPECT_FALSE(by_verdict(s).ready);
}

TEST(Readiness, AWarningIsReady) {
  EXPECT_TRUE(by_verdict(fold(a_snapshot_of({"storage"}), a_run("storage", warns()))).ready);
}

TEST(Readiness, TheAgentsOwnFindingsDoNotCount) {
  Snapshot s = fold(a_snapshot_of({"storage", "agent"}), a_run("storage", passes()));
  s = fold(s, a_run("agent", fails()));

  EXPECT_TRUE(by_verdict(s).ready);
  EXPECT_EQ(by_verdict(s).checks.size(), 1u);
}

TEST(CheckOf, TellsTheLastRunWithoutHysteresis) {
  const Snapshot s = fold(a_snapshot_of({"storage"}, {.fail_after = 5}), a_run("storage", fails()));

  EXPECT_EQ(check_of(*s.find("storage"), kStart),
            (Check{.name = "storage", .ok = false, .reason = "nfs.export.read-only"}));
}

TEST(CheckOf, UnknownNamesWhatWasNotLookedAt) {
  const Snapshot s = fold(a_snapshot_of({"config"}), a_run("config", cannot_look()));

  EXPECT_EQ(check_of(*s.find("config"), kStart).reason, "unknown:config.file.unreadable");
}

}  // namespace
}  // namespace sparkwarden
