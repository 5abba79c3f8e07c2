// SPDX-License-Identifier: Apache-2.0
#include "agent/io/connection_table.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

using Id = ConnectionTable::Id;

/// Seats `id` where there must be room.
void seat(ConnectionTable& table, Id id, const std::string& address) {
  ASSERT_EQ(table.add(id, address), std::nullopt);
}

TEST(ConnectionTable, AsksTheOneServedLeastRecentlyToLeave) {
  ConnectionTable table(3, 3);
  seat(table, 1, "a");
  seat(table, 2, "b");
  seat(table, 3, "c");
  table.touch(1);

  const auto leaves = table.add(4, "d");

  EXPECT_EQ(leaves, std::optional<Id>(2));
  EXPECT_EQ(table.size(), 3U);
}

TEST(ConnectionTable, LetsAnAddressWithTooManyPushOutOnlyItsOwn) {
  ConnectionTable table(10, 2);
  seat(table, 1, "other");
  seat(table, 2, "greedy");
  seat(table, 3, "greedy");

  const auto leaves = table.add(4, "greedy");

  EXPECT_EQ(leaves, std::optional<Id>(2));
}

TEST(ConnectionTable, CountsOnlyThoseWhoAreStillThere) {
  ConnectionTable table(10, 2);
  seat(table, 1, "a");
  seat(table, 2, "a");
  table.remove(1);

  EXPECT_EQ(table.add(3, "a"), std::nullopt);
  EXPECT_EQ(table.add(4, "a"), std::optional<Id>(2));
}

TEST(ConnectionTable, ForgetsWhoWasNeverThere) {
  ConnectionTable table(2, 2);
  seat(table, 1, "a");

  table.remove(7);
  table.touch(7);

  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.oldest(), std::optional<Id>(1));
}

TEST(ConnectionTable, HasNoOldestWhenEmpty) {
  EXPECT_EQ(ConnectionTable(2, 2).oldest(), std::nullopt);
}

TEST(ConnectionTable, AlwaysHasRoomForOne) {
  ConnectionTable table(0, 0);
  seat(table, 1, "a");

  EXPECT_EQ(table.add(2, "b"), std::optional<Id>(1));
  EXPECT_EQ(table.size(), 1U);
}

}  // namespace
}  // namespace sparkwarden::io
