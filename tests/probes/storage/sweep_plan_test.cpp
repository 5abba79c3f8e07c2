// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/sweep_plan.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Listed::Kind;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'700'000'000 * kSecond;
constexpr std::int64_t kDay = 24 * 3600 * kSecond;

std::string token(char digit) {
  return "t-" + std::string(16, digit);
}

Listed file(std::string name, std::int64_t changed = kNow) {
  return {.name = std::move(name), .kind = Kind::file, .changed_ns = changed};
}

Listed directory(std::string name, std::int64_t changed) {
  return {.name = std::move(name), .kind = Kind::directory, .changed_ns = changed};
}

TEST(SweepPlan, KnowsCanariesByTheirName) {
  for (const std::string name : {"c-1-00000001", "c-18446744073709551615-abcdef09"}) {
    EXPECT_TRUE(is_canary_name(name)) << name;
  }
  for (const std::string name : {"",
                                 "c-",
                                 "c-00000001",
                                 "c--00000001",
                                 "c-1-0000000",
                                 "c-1-0000000A",
                                 "c-1-000000001",
                                 "c-x-00000001",
                                 "c-184467440737095516150-00000000",
                                 "d-1-00000001",
                                 "c-1-00000001 "}) {
    EXPECT_FALSE(is_canary_name(name)) << name;
  }
}

TEST(SweepPlan, OfOnesOwnTokensTheNewOneAndTheOneBeforeStay) {
  const std::vector<Listed> own{file(token('0')), file(token('1')), file(token('2'))};

  EXPECT_THAT(spent_files(own, token('2'), token('0'), kNow), ElementsAre(token('1')));
}

TEST(SweepPlan, AfterARestartTheNewestOtherTokenStays) {
  const std::vector<Listed> own{
      file(token('0'), kNow - 9), file(token('1'), kNow - 1), file(token('2'), kNow - 5)};

  EXPECT_THAT(spent_files(own, token('3'), "", kNow), ElementsAre(token('2'), token('0')));
}

TEST(SweepPlan, AnOwnCanaryGoesOnceItIsForgotten) {
  const std::vector<Listed> own{file("c-1-00000001", kNow - kDay - 1),
                                file("c-2-00000002", kNow - kDay + kSecond),
                                file("notes.txt", 1),
                                {.name = "c-3-00000003", .kind = Kind::other, .changed_ns = 1},
                                directory(token('0'), 1)};

  EXPECT_THAT(spent_files(own, token('2'), "", kNow), ElementsAre("c-1-00000001"));
}

TEST(SweepPlan, AnOldDirectoryOfAPodIsAbandonedAndNothingElseIs) {
  const std::vector<Listed> top{
      directory("young", kNow - kDay),
      directory("old", kNow - kDay - 1),
      directory("older", kNow - 2 * kDay),
      directory("own", 1),
      directory("no_pod", 1),
      directory("..", 1),
      directory("unknown-age", 0),
      directory("future", kNow + kDay),
      file("a-file", 1),
      {.name = "a-link", .kind = Kind::other, .changed_ns = 1},
  };

  EXPECT_THAT(abandoned_directories(top, "own", kNow), ElementsAre("older", "old"));
}

TEST(SweepPlan, IsBounded) {
  std::vector<Listed> top;
  std::vector<Listed> files;
  for (int i = 0; i < 100; ++i) {
    top.push_back(directory("pod-" + std::to_string(i), 100 - i));
    files.push_back(file("c-" + std::to_string(i) + "-00000000"));
  }

  EXPECT_THAT(abandoned_directories(top, "own", kNow), SizeIs(32));
  EXPECT_EQ(abandoned_directories(top, "own", kNow).front(), "pod-99");
  EXPECT_THAT(agent_files(files), SizeIs(32));
}

TEST(SweepPlan, InAnAbandonedDirectoryOnlyAnAgentsFilesGo) {
  EXPECT_THAT(agent_files({file("checkpoint"),
                           file(token('0')),
                           directory(token('1'), 1),
                           {.name = token('2'), .kind = Kind::other},
                           file("c-1-00000001")}),
              ElementsAre(token('0'), "c-1-00000001"));
  EXPECT_THAT(agent_files({}), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::storage
