// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/board.hpp"

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden::runtime {
namespace {

using namespace test;

GatePolicy enforce() {
  return {.mode = GateMode::enforce, .probes = {"storage"}, .on_timeout = OnTimeout::fail};
}

TEST(Board, PublishFoldsAdvancesTheGateAndTellsTheListener) {
  Board board(a_snapshot_of({"storage"}), enforce());
  std::vector<GatePhase> seen;
  board.subscribe([&](const Snapshot& before, const Snapshot& after) {
    seen = {before.gate.phase, after.gate.phase};
  });

  board.publish(a_run("storage", passes()), kStart);

  EXPECT_EQ(board.current()->find("storage")->verdict, Verdict::pass);
  EXPECT_EQ(seen, (std::vector{GatePhase::holding, GatePhase::open}));
}

TEST(Board, AReaderKeepsTheSnapshotItTook) {
  Board board(a_snapshot_of({"storage"}), enforce());
  const auto taken = board.current();

  board.publish(a_run("storage", passes()), kStart);

  EXPECT_EQ(taken->find("storage")->last, nullptr);
}

TEST(Board, TickLetsTheDeadlinePassAndIsSilentOtherwise) {
  Board board(a_snapshot_of({"storage"}), enforce());
  board.publish(a_run("storage", fails()), kStart);
  int changes = 0;
  board.subscribe([&](const Snapshot&, const Snapshot&) { ++changes; });

  board.tick(kStart + std::chrono::seconds(1));
  EXPECT_EQ(changes, 0);

  board.tick(kStart + std::chrono::seconds(120));
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(board.current()->gate.phase, GatePhase::failed);
}

const std::string kAgent(kAgentProbe);

TEST(Board, SettingsHoldTheGateUntilTheyAreMended) {
  Board board(a_snapshot_of({"storage", kAgent}), enforce());
  board.hold_for_settings(true);
  board.publish(a_run(kAgent, fails()), kStart);

  board.publish(a_run("storage", passes()), kStart);
  EXPECT_EQ(board.current()->gate.phase, GatePhase::holding);
  EXPECT_TRUE(board.current()->find(kAgent)->in_gate) << "so that it is told why";

  board.hold_for_settings(false);
  EXPECT_FALSE(board.current()->find(kAgent)->in_gate);
  board.publish(a_run(kAgent, fails()), kStart);
  EXPECT_EQ(board.current()->gate.phase, GatePhase::open) << "of another thing, as a token";
}

TEST(Board, WhatWasSaidByOtherSettingsOpensNoGate) {
  Board board(a_snapshot_of({"config", "storage"}),
              {.mode = GateMode::enforce, .probes = {"config", "storage"}});
  board.publish(a_run("config", passes()), kStart);
  board.adopt("config", {}, true, kStart);

  board.publish(a_run("storage", passes()), kStart);
  EXPECT_EQ(board.current()->gate.phase, GatePhase::holding);

  board.publish(a_run("config", passes()), kStart);
  EXPECT_EQ(board.current()->gate.phase, GatePhase::open);
}

TEST(Board, AProbeThatHasNotReportedHasSaidNothingByOtherSettings) {
  Board board(a_snapshot_of({"storage"}), enforce());

  board.adopt("storage", {}, true, kStart);

  EXPECT_FALSE(board.current()->find("storage")->outdated);
}

}  // namespace
}  // namespace sparkwarden::runtime
