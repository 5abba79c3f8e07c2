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

TEST(Board, SettingsCanHoldTheGate) {
  Board board(a_snapshot_of({"storage"}), enforce());
  board.hold_for_settings();

  board.publish(a_run("storage", passes()), kStart);

  EXPECT_EQ(board.current()->gate.phase, GatePhase::holding);
}

}  // namespace
}  // namespace sparkwarden::runtime
