// SPDX-License-Identifier: Apache-2.0
#include "agent/core/schedule.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using test::kStart;

TEST(Schedule, WithoutJitterIsOnePeriodLater) {
  EXPECT_EQ(next_due(kStart, milliseconds(500), 0, 1, 1), kStart + milliseconds(500));
}

TEST(Schedule, JitterStaysWithinItsShareOfThePeriod) {
  std::set<Instant> seen;
  for (std::uint64_t run = 0; run < 1000; ++run) {
    const Instant due = next_due(kStart, milliseconds(60'000), 10, 42, run);
    EXPECT_GE(due, kStart + milliseconds(54'000));
    EXPECT_LE(due, kStart + milliseconds(66'000));
    seen.insert(due);
  }
  EXPECT_GT(seen.size(), 500u);
}

TEST(Schedule, SeedAndRunDecide) {
  const auto due = [](std::uint64_t seed, std::uint64_t run) {
    return next_due(kStart, milliseconds(60'000), 10, seed, run);
  };

  EXPECT_EQ(due(1, 1), due(1, 1));
  EXPECT_NE(due(1, 1), due(2, 1));
  EXPECT_NE(due(1, 1), due(1, 2));
}

}  // namespace
}  // namespace sparkwarden
