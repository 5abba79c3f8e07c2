// SPDX-License-Identifier: Apache-2.0
#include "agent/core/transition.hpp"

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

TEST(Transition, TheFirstReportIsAChange) {
  const Snapshot before = a_snapshot_of({"storage"});
  const Snapshot after = fold(before, a_run("storage", fails()));

  const Transitions changes = diff(before, after);

  ASSERT_EQ(changes.probes.size(), 1u);
  EXPECT_EQ(changes.probes[0],
            (ProbeTransition{.probe = "storage",
                             .was = Verdict::unknown,
                             .now = Verdict::fail,
                             .code = "nfs.export.read-only",
                             .subject = "10.10.0.10",
                             .message = "the export is read-only",
                             .fix = "export it rw",
                             .first = true}));
}

TEST(Transition, TheSameReasonAgainIsNone) {
  const Snapshot before = fold(a_snapshot_of({"storage"}), a_run("storage", fails()));
  Observed other_words = fails();
  other_words.findings[0].message = "still read-only after 3 s";

  EXPECT_TRUE(diff(before, fold(before, a_run("storage", other_words))).empty());
  EXPECT_TRUE(diff(before, before).empty());
}

TEST(Transition, AnotherReasonForTheSameVerdictIsOne) {
  const Snapshot before = fold(a_snapshot_of({"storage"}), a_run("storage", fails()));
  const Observed silent{.findings = {a_finding(Severity::error, "nfs.server.silent")}};

  const Transitions changes = diff(before, fold(before, a_run("storage", silent)));

  ASSERT_EQ(changes.probes.size(), 1u);
  EXPECT_EQ(changes.probes[0].was, Verdict::fail);
  EXPECT_EQ(changes.probes[0].code, "nfs.server.silent");
}

TEST(Transition, RecoveryHasNoCode) {
  const Snapshot before = fold(a_snapshot_of({"storage"}), a_run("storage", fails()));

  const Transitions changes = diff(before, fold(before, a_run("storage", passes())));

  ASSERT_EQ(changes.probes.size(), 1u);
  EXPECT_EQ(changes.probes[0],
            (ProbeTransition{.probe = "storage", .was = Verdict::fail, .now = Verdict::pass}));
}

TEST(Transition, AFailedGateIsToldWithTheWorstOfItsProbes) {
  Snapshot before = a_snapshot_of({"python", "storage", "config"});
  for (const std::size_t i : {0U, 1U}) before.probes[i].in_gate = true;
  before = fold(before, a_run("config", fails()));  // which nobody waits for
  Snapshot after = before;
  after.gate.phase = GatePhase::failed;
  EXPECT_EQ(diff(before, after).gate->code, "agent.run.pending");
  EXPECT_EQ(diff(before, after).gate->subject, "python");

  before = fold(before, a_run("storage", fails()));
  after = before;
  after.gate.phase = GatePhase::failed;
  EXPECT_EQ(diff(before, after).gate,
            (GateTransition{.was = GatePhase::holding,
                            .now = GatePhase::failed,
                            .code = "nfs.export.read-only",
                            .subject = "10.10.0.10",
                            .message = "the export is read-only",
                            .fix = "export it rw"}));

  after.gate.would_hold = false;
  EXPECT_EQ(diff(before, after).gate->code, "") << "it has passed once";
}

TEST(Transition, AGateThatFailsOnWhatDoesNotCountAnyMoreSaysSo) {
  Snapshot before = a_snapshot_of({"python"}, {.max_age = std::chrono::minutes(3)});
  before.probes[0].in_gate = true;
  before = fold(before, a_run("python", warns()));
  Snapshot after = before;
  after.gate = {.phase = GatePhase::failed, .decided = kStart + std::chrono::minutes(1)};
  EXPECT_EQ(diff(before, after).gate->code, "") << "a warning holds nobody";

  after.probes[0].outdated = true;
  GateTransition told = *diff(before, after).gate;
  EXPECT_EQ(told.code, "agent.run.outdated");
  EXPECT_EQ(told.subject, "python");
  EXPECT_EQ(told.fix, "") << "it would be the warning's";

  after.probes[0].outdated = false;
  after.gate.decided = kStart + std::chrono::minutes(4);
  EXPECT_EQ(diff(before, after).gate->code, "agent.run.stale");
}

TEST(Transition, TheAgentsOwnTroubleIsNoReasonOfAGateThatDoesNotWaitForIt) {
  const std::string agent(kAgentProbe);
  Snapshot before = a_snapshot_of({"config", agent});
  before.probes[0].in_gate = true;
  before = fold(before, a_run("config", cannot_look()));
  before = fold(before, a_run(agent, fails()));
  Snapshot after = before;
  after.gate.phase = GatePhase::failed;
  EXPECT_EQ(diff(before, after).gate->code, "config.file.unreadable");

  after.probes[1].in_gate = true;
  EXPECT_EQ(diff(before, after).gate->code, "nfs.export.read-only");
}

TEST(Transition, TheGateIsTold) {
  const Snapshot before = a_snapshot_of({"storage"});
  Snapshot after = before;
  after.gate.phase = GatePhase::open;

  EXPECT_EQ(diff(before, after).gate,
            (GateTransition{.was = GatePhase::holding, .now = GatePhase::open}));
}

}  // namespace
}  // namespace sparkwarden
