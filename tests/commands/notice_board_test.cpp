// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/notice_board.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::commands {
namespace {

const Instant kNow{std::chrono::hours(1)};

Request telling(const Notice& notice) {
  return {.method = "GET",
          .path = "/v1/manifest",
          .query = {},
          .headers = {{"sparkwarden-executor", to_header(notice)}}};
}

Notice fails(const std::string& pod, const std::string& code = "python.package.differs") {
  return {.pod = pod, .executor = "3", .verdict = Verdict::fail, .code = code, .subject = "numpy"};
}

TEST(NoticeBoard, ANewsIsLoggedOnceWithItsReason) {
  NoticeBoard board;

  const auto first = board.take(telling(fails("exec-3")), kNow);
  const auto again = board.take(telling(fails("exec-3")), kNow);

  ASSERT_TRUE(first.has_value());
  const exporters::LogRecord expected{.level = exporters::LogLevel::error,
                                      .event = "executor",
                                      .fields = {{"pod", "exec-3"},
                                                 {"executor", "3"},
                                                 {"verdict", "fail"},
                                                 {"gate", "holding"},
                                                 {"code", "python.package.differs"},
                                                 {"subject", "numpy"}}};
  EXPECT_EQ(*first, expected);
  EXPECT_FALSE(again.has_value());
  EXPECT_EQ(board.table().size(), 1U);
}

TEST(NoticeBoard, RequestsWithoutAGoodNoticeLeaveNoRowAndABadOneIsCounted) {
  NoticeBoard board;
  const Request nothing{.method = "GET", .path = "/v1/manifest", .query = {}};
  const Request rubbish{.method = "GET",
                        .path = "/v1/manifest",
                        .query = {},
                        .headers = {{"Sparkwarden-Executor", "v=9, pod=\x1b[2J"}}};

  EXPECT_FALSE(board.take(nothing, kNow).has_value());
  EXPECT_EQ(board.table().refused(), 0U);
  EXPECT_FALSE(board.take(rubbish, kNow).has_value());
  EXPECT_EQ(board.table().size(), 0U);
  EXPECT_EQ(board.table().refused(), 1U);
}

TEST(NoticeBoard, ForgetsAfterADayAlsoWhereNobodyIsHeardAnyMore) {
  NoticeBoard board;
  ASSERT_TRUE(board.take(telling(fails("exec-1")), kNow));

  board.expire(kNow + kNoticeKeptFor);
  EXPECT_EQ(board.table().size(), 1U);
  board.expire(kNow + kNoticeKeptFor + milliseconds(1));
  EXPECT_EQ(board.table().size(), 0U);
}

TEST(NoticeBoard, AFleetThatFailsAtOnceFillsTheTableAndNotTheLog) {
  NoticeBoard board;
  int lines = 0;
  for (int pod = 0; pod < 100; ++pod) {
    if (board.take(telling(fails("exec-" + std::to_string(pod))), kNow)) ++lines;
  }

  const auto next = board.take(telling(fails("late")), kNow + std::chrono::minutes(2));

  EXPECT_EQ(lines, NoticeBoard::kLinesPerMinute);
  EXPECT_EQ(board.table().size(), 101U);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->fields.back(), (std::pair<std::string, std::string>("unlogged", "40")));
}

}  // namespace
}  // namespace sparkwarden::commands
