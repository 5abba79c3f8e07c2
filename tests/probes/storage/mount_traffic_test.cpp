// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_traffic.hpp"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

using std::chrono::minutes;

MountCounters counted(std::uint64_t sends, std::uint64_t receives) {
  return {.source = "nas:/cp", .age_seconds = 100, .sends = sends, .receives = receives};
}

// Looks at one mount, a minute apart.
class Watch {
 public:
  std::optional<MountTraffic> look(MountCounters counters) {
    now_ += minutes(1);
    counters.age_seconds += age_ += 60;
    return compare(memory_, counters, now_);
  }

 private:
  std::optional<MountMemory> memory_;
  Instant now_{};
  std::uint64_t age_ = 0;
};

TEST(MountTraffic, TheFirstLookHasNothingToCompareWith) {
  EXPECT_EQ(Watch{}.look(counted(10, 5)), std::nullopt);
}

TEST(MountTraffic, RequestsThatNobodyAnswersBetweenTwoLooksAreAHungServer) {
  Watch watch;
  static_cast<void>(watch.look(counted(100, 100)));

  const auto first = watch.look(counted(103, 101));   // somebody waits, somebody was answered
  const auto second = watch.look(counted(105, 101));  // nobody was
  const auto third = watch.look(counted(105, 101));
  const auto back = watch.look(counted(110, 110));

  EXPECT_FALSE(first->hung);
  EXPECT_TRUE(second->hung);
  EXPECT_EQ(second->waiting, 4U);
  EXPECT_EQ(second->quiet, minutes(1));
  EXPECT_TRUE(third->hung);
  EXPECT_EQ(third->quiet, minutes(2));
  EXPECT_FALSE(back->hung);
  EXPECT_EQ(back->waiting, 0U);
}

TEST(MountTraffic, ARequestThatWasSentTwiceLeavesADifferenceThatMeansNothing) {
  Watch watch;
  static_cast<void>(watch.look(counted(107, 100)));

  EXPECT_FALSE(watch.look(counted(107, 100))->hung);
  EXPECT_FALSE(watch.look(counted(207, 200))->hung);
  EXPECT_FALSE(watch.look(counted(207, 200))->hung);
}

TEST(MountTraffic, AnIdleMountIsNotHung) {
  Watch watch;
  static_cast<void>(watch.look(counted(100, 100)));

  EXPECT_FALSE(watch.look(counted(100, 100))->hung);
}

TEST(MountTraffic, OneLookBetweenRequestAndAnswerIsNotEnough) {
  Watch watch;
  static_cast<void>(watch.look(counted(100, 100)));

  EXPECT_FALSE(watch.look(counted(101, 100))->hung);
}

TEST(MountTraffic, RetransmitsTimeoutsAndBacklogAreThoseSinceTheLastLook) {
  Watch watch;
  MountCounters before = counted(100, 100);
  before.operations = 90;
  before.transmissions = 95;
  before.timeouts = 3;
  before.backlog = 1'000;
  MountCounters after = counted(200, 200);
  after.operations = 180;
  after.transmissions = 192;
  after.timeouts = 4;
  after.backlog = 1'250;
  before.rtt_ms = 500;
  after.rtt_ms = 2'750;
  static_cast<void>(watch.look(before));

  const auto traffic = watch.look(after);

  EXPECT_EQ(traffic->retransmits, 7U);
  EXPECT_EQ(traffic->timeouts, 1U);
  EXPECT_DOUBLE_EQ(traffic->backlog, 2.5);
  EXPECT_EQ(traffic->requests, 90U);
  EXPECT_EQ(traffic->round_trip, milliseconds(2'250));
}

TEST(MountTraffic, CountersThatWentBackStartAnew) {
  Watch watch;
  MountCounters large = counted(100, 100);
  large.operations = large.transmissions = 100;
  static_cast<void>(watch.look(large));

  EXPECT_EQ(watch.look(counted(5, 3)), std::nullopt);
  EXPECT_FALSE(watch.look(counted(5, 3))->hung);
}

TEST(MountTraffic, AnotherMountAtThePathStartsAnew) {
  Watch watch;
  static_cast<void>(watch.look(counted(100, 99)));
  MountCounters other = counted(200, 100);
  other.source = "other:/cp";
  MountCounters younger = counted(300, 300);
  younger.source = "other:/cp";
  younger.age_seconds = 0;

  EXPECT_EQ(watch.look(other), std::nullopt);
  EXPECT_EQ(watch.look(younger), std::nullopt);
}

TEST(MountTraffic, CountersAreAddedUpOverConnectionsAndOperations) {
  MountStats stats{.source = "nas:/cp", .age_seconds = 9};
  stats.transports = {
      {.protocol = "tcp", .connects = 1, .sends = 10, .receives = 9, .backlog = 1},
      {.protocol = "tcp", .connects = 2, .sends = 20, .receives = 20, .backlog = 2}};
  stats.operations = {{.name = "READ", .operations = 5, .transmissions = 6, .timeouts = 1},
                      {.name = "WRITE", .operations = 7, .transmissions = 7}};

  EXPECT_EQ(counters_of(stats),
            (MountCounters{.source = "nas:/cp",
                           .age_seconds = 9,
                           .sends = 30,
                           .receives = 29,
                           .backlog = 3,
                           .connects = 3,
                           .operations = 12,
                           .transmissions = 13,
                           .timeouts = 1}));
}

}  // namespace
}  // namespace sparkwarden::probes::storage
