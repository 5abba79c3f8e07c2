// SPDX-License-Identifier: Apache-2.0
#include "agent/core/gate.hpp"

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

const Instant kLater = kStart + std::chrono::seconds(1);
const Instant kTooLate = kStart + std::chrono::seconds(120);

GatePolicy enforce(OnTimeout on_timeout = OnTimeout::open) {
  return {.mode = GateMode::enforce, .probes = {"config", "storage"}, .on_timeout = on_timeout};
}

GatePolicy warn() {
  return {.mode = GateMode::warn, .probes = {"config", "storage"}};
}

Snapshot after(Observed config, Observed storage) {
  Snapshot s =
      fold(a_snapshot_of({"config", "storage", "agent"}), a_run("config", std::move(config)));
  return fold(s, a_run("storage", std::move(storage)));
}

TEST(Gate, EnforceOpensWhenAllPassInOneSnapshot) {
  const Gate gate = advance(after(passes(), warns()), enforce(), kLater);

  EXPECT_EQ(gate, (Gate{.phase = GatePhase::open, .would_hold = false, .decided = kLater}));
}

TEST(Gate, EnforceHoldsOnFailUnknownAndPending) {
  EXPECT_EQ(advance(after(passes(), fails()), enforce(), kLater).phase, GatePhase::holding);
  EXPECT_EQ(advance(after(cannot_look(), passes()), enforce(), kLater).phase, GatePhase::holding);
  EXPECT_EQ(advance(a_snapshot_of({"config", "storage"}), enforce(), kLater).phase,
            GatePhase::holding);
}

TEST(Gate, AtTheDeadlineEnforceDoesAsItIsTold) {
  EXPECT_EQ(advance(after(passes(), fails()), enforce(OnTimeout::open), kTooLate).phase,
            GatePhase::open);
  EXPECT_EQ(advance(after(passes(), fails()), enforce(OnTimeout::fail), kTooLate).phase,
            GatePhase::failed);
}

TEST(Gate, OpenIsForEver) {
  Snapshot s = after(passes(), passes());
  s.gate = advance(s, enforce(), kLater);

  s = fold(s, a_run("storage", fails()));

  EXPECT_EQ(advance(s, enforce(OnTimeout::fail), kTooLate).phase, GatePhase::open);
}

TEST(Gate, FailedOpensWhenTheChecksPassLater) {
  Snapshot s = after(passes(), fails());
  s.gate = advance(s, enforce(OnTimeout::fail), kTooLate);
  ASSERT_EQ(s.gate.phase, GatePhase::failed);

  s = fold(s, a_run("storage", passes()));

  EXPECT_EQ(advance(s, enforce(OnTimeout::fail), kTooLate).phase, GatePhase::open);
}

TEST(Gate, WarnOpensWhenEachHasReportedAndCountsWhatItWouldHold) {
  const Gate gate = advance(after(passes(), fails()), warn(), kLater);

  EXPECT_EQ(gate, (Gate{.phase = GatePhase::open, .would_hold = true, .decided = kLater}));
}

TEST(Gate, WhatEnforceWouldHoldEndsWhenEverythingHasPassedOnce) {
  Snapshot s = after(passes(), fails());
  s.gate = advance(s, warn(), kLater);
  ASSERT_TRUE(s.gate.would_hold);

  s = fold(s, a_run("storage", passes()));
  s.gate = advance(s, warn(), kLater);
  EXPECT_FALSE(s.gate.would_hold);

  s = fold(s, a_run("storage", fails()));
  EXPECT_FALSE(advance(s, warn(), kLater).would_hold) << "enforce would have opened for ever";
}

TEST(Gate, WarnWaitsForEachProbeButNotBeyondTheDeadline) {
  const Snapshot half = fold(a_snapshot_of({"config", "storage"}), a_run("config", passes()));

  EXPECT_EQ(advance(half, warn(), kLater).phase, GatePhase::holding);
  EXPECT_EQ(advance(half, warn(), kTooLate).phase, GatePhase::open);
}

TEST(Gate, EnforceDoesNotOpenOnWhatWasSaidBeforeTheNews) {
  Observed news;
  news.facts.config_digests = {{"core-site.xml", "of another driver"}};
  Snapshot s = fold(a_snapshot_of({"config", "storage"}), a_run("storage", passes()));
  const std::vector<std::string> wakes{"storage"};

  s = fold(s, a_run("config", news), wakes);
  EXPECT_EQ(advance(s, enforce(), kLater).phase, GatePhase::holding);

  s = fold(s, a_run("storage", passes()));
  EXPECT_EQ(advance(s, enforce(), kLater).phase, GatePhase::open);
}

TEST(Gate, OnlyItsOwnProbesCount) {
  GatePolicy policy = enforce();
  policy.probes = {"config"};

  EXPECT_EQ(advance(after(passes(), fails()), policy, kLater).phase, GatePhase::open);
}

}  // namespace
}  // namespace sparkwarden
