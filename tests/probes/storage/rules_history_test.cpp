// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A full look that came to its end: ten operations of `took`, and one more of `slowest`.
WireLook looked(milliseconds took, milliseconds slowest, Identity identity = {"f1", "", "2"}) {
  WireLook look{.end = io::ChildEnd::exited};
  const auto add = [&](const std::string& step, milliseconds time) {
    look.transcript.events.emplace_back(io::StepBegin{step, "wire"});
    look.transcript.events.emplace_back(io::StepEnd{.step = step, .took = time});
  };
  for (int i = 0; i < 10; ++i) add("stat", took);
  add("fsync", slowest);
  const auto tell = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) look.transcript.events.emplace_back(io::ChildFact{key, value});
  };
  tell("fsid", identity.fsid);
  tell("fsid4", identity.fsid4);
  tell("fileid", identity.directory);
  look.transcript.done = true;
  return look;
}

WireLook at_speed(milliseconds took) {
  return looked(took, took);
}

WireLook at(Identity identity) {
  return looked(milliseconds(1), milliseconds(1), std::move(identity));
}

// Findings after these looks, one after the other.
std::vector<Finding> found_after(const std::vector<WireLook>& looks, bool mounted = true) {
  const Settings settings;
  Target target{.server = "nas", .export_path = "/cp", .mount_path = "/mnt/cp"};
  if (mounted) target.mount = Mount{.mount_point = "/mnt/cp", .nfs = NfsSource{"nas", "/cp"}};
  History history;
  for (const WireLook& look : looks) history = remember(std::move(history), look, settings.slow);
  Observed out;
  judge_history(history, target, {.role = Role::executor, .settings = &settings}, out);
  return out.findings;
}

std::vector<std::string> codes_after(const std::vector<WireLook>& looks) {
  std::vector<std::string> codes;
  for (const Finding& finding : found_after(looks)) codes.push_back(finding.code);
  return codes;
}

const std::string kSlow(codes::kServerSlow.code);
const std::string kChanged(codes::kServerChanged.code);

TEST(StorageSpeed, AFastServerAndNoHistoryAreNotSlow) {
  EXPECT_THAT(codes_after({}), IsEmpty());
  EXPECT_THAT(codes_after({at_speed(milliseconds(500)), at_speed(milliseconds(1))}), IsEmpty());
}

TEST(StorageSpeed, ASlowServerIsAWarningWithItsStepAndFigures) {
  const std::vector<Finding> found =
      found_after({at_speed(milliseconds(1)), looked(milliseconds(700), milliseconds(900))});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, kSlow);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[0].message,
            "p99 of the operations over the wire of the last 2 full runs is 700 ms (step stat); "
            "the limit is "
            "500 ms");
}

TEST(StorageSpeed, OneSlowOperationIsForgiven) {
  EXPECT_THAT(codes_after({looked(milliseconds(1), milliseconds(2'000))}), IsEmpty());
}

TEST(StorageSpeed, HowLongASweepTakesSaysNothing) {
  WireLook look = at_speed(milliseconds(1));
  for (int i = 0; i < 3; ++i) {
    look.transcript.events.emplace_back(io::StepBegin{"sweep", "wire"});
    look.transcript.events.emplace_back(io::StepEnd{.step = "sweep", .took = milliseconds(900)});
  }

  EXPECT_THAT(codes_after({look}), IsEmpty());
}

TEST(StorageSpeed, SlownessEndsBelowFourFifthsOfTheLimit) {
  const std::vector<WireLook> slow(5, at_speed(milliseconds(600)));
  const auto then = [&](milliseconds took) {
    std::vector<WireLook> looks = slow;
    looks.insert(looks.end(), 5, at_speed(took));
    return codes_after(looks);
  };

  EXPECT_THAT(then(milliseconds(450)), ElementsAre(kSlow));  // between the two limits
  EXPECT_THAT(then(milliseconds(399)), IsEmpty());
  EXPECT_THAT(codes_after(std::vector<WireLook>(5, at_speed(milliseconds(450)))), IsEmpty());
}

TEST(StorageSpeed, TheWindowIsBounded) {
  History history;
  for (int i = 0; i < 100; ++i) {
    history = remember(std::move(history), at_speed(milliseconds(1)), SlowLimit{});
  }

  EXPECT_EQ(history.runs.size(), 5U);
}

TEST(StorageSpeed, ALookThatDidNotEndAddsNothing) {
  WireLook cut = at_speed(milliseconds(900));
  cut.transcript.done = false;

  EXPECT_EQ(remember({}, cut, SlowLimit{}), History{});
}

TEST(StorageIdentity, TheSameExportIsNoFinding) {
  EXPECT_THAT(codes_after({at({"f1", "", "2"}), at({"f1", "", "2"})}), IsEmpty());
}

TEST(StorageIdentity, AnotherFsidIsAnErrorUntilTheOldOneIsBack) {
  const std::vector<Finding> found =
      found_after({at({"f1", "", "2"}), at({"f2", "", "2"}), at({"f2", "", "2"})});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, kChanged);
  EXPECT_EQ(found[0].severity, Severity::error);
  EXPECT_EQ(found[0].message,
            "the export was fsid f1, directory 2 when this agent first saw it, and is fsid f2, "
            "directory 2 now; mounts from before refer to what is gone");
  EXPECT_THAT(codes_after({at({"f1", "", "2"}), at({"f2", "", "2"}), at({"f1", "", "2"})}),
              IsEmpty());
}

TEST(StorageIdentity, WithoutAMountHereOnlyAWarning) {
  const std::vector<Finding> found = found_after({at({"f1", "", "2"}), at({"f2", "", "2"})}, false);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
}

TEST(StorageIdentity, WhatOneVersionDoesNotTellIsNotCompared) {
  EXPECT_THAT(codes_after({at({"f1", "", "2"}), at({"", "", "2"})}), IsEmpty());
  EXPECT_THAT(codes_after({at({"", "", "2"}), at({"f1", "", "2"})}), IsEmpty());
  EXPECT_THAT(codes_after({at({"f1", "", "2"}), at({"", "f1.0", "2"})}), IsEmpty());
  EXPECT_THAT(codes_after({at({"", "", "2"}), at({"", "", "3"})}), ElementsAre(kChanged));
  EXPECT_THAT(codes_after({at({"", "f1.0", "2"}), at({"", "f2.0", "2"})}), ElementsAre(kChanged));
}

}  // namespace
}  // namespace sparkwarden::probes::storage
