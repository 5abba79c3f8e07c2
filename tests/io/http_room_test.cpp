// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_room.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

struct Room {
  std::size_t connections = 0;
  std::size_t soft_limit = 0;

  bool operator==(const Room&) const = default;
};

/// In a process of its own: a hard limit can be lowered and never raised again.
Room room_within(rlim_t soft, rlim_t hard, std::size_t wanted) {
  int told[2];
  EXPECT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limits{.rlim_cur = soft, .rlim_max = hard};
    ::setrlimit(RLIMIT_NOFILE, &limits);
    Room room{.connections = make_room_for(wanted)};
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    room.soft_limit = after.rlim_cur;
    const bool sent = ::write(told[1], &room, sizeof room) == sizeof room;
    ::_exit(sent ? 0 : 1);
  }
  Room room;
  EXPECT_EQ(::read(told[0], &room, sizeof room), static_cast<ssize_t>(sizeof room));
  ::waitpid(child, nullptr, 0);
  ::close(told[0]);
  ::close(told[1]);
  return room;
}

TEST(Room, IsWhatIsAskedForWhereTheHardLimitAllowsIt) {
  EXPECT_EQ(room_within(256, 1'000, 500), (Room{500, 500 + kDescriptorsKept}));
}

TEST(Room, KeepsDescriptorsBackWhereItDoesNot) {
  EXPECT_EQ(room_within(256, 512, 8'192), (Room{512 - kDescriptorsKept, 512}));
}

TEST(Room, LeavesALimitAloneThatIsHighEnough) {
  EXPECT_EQ(room_within(1'000, 1'000, 100), (Room{100, 1'000}));
}

TEST(Room, IsNeverNone) {
  EXPECT_EQ(room_within(64, 64, 8'192), (Room{1, 64}));
}

}  // namespace
}  // namespace sparkwarden::io
