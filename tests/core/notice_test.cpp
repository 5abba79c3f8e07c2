// SPDX-License-Identifier: Apache-2.0
#include "agent/core/notice.hpp"

#include <string>

#include <gtest/gtest.h>

#include "agent/core/notice_table.hpp"
#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

const Notice kNumpy{.pod = "spark-exec-3",
                    .executor = "3",
                    .gate = GatePhase::holding,
                    .verdict = Verdict::fail,
                    .code = "python.package.differs",
                    .subject = "numpy"};

TEST(Notice, LooksAsDocumentedAndIsReadBack) {
  EXPECT_EQ(to_header(kNumpy),
            "v=1, pod=spark-exec-3, exec=3, gate=holding, verdict=fail, "
            "code=python.package.differs, subject=numpy");
  EXPECT_EQ(parse_notice(to_header(kNumpy)), kNumpy);
}

TEST(Notice, TextOfAnyKindSurvivesTheWay) {
  Notice odd = kNumpy;
  odd.subject = "a, b=c% \xc3\xa4";

  EXPECT_EQ(parse_notice(to_header(odd)), odd);
}

TEST(Notice, IsNeverLongerThanItsBound) {
  Notice longest = kNumpy;
  longest.pod = std::string(300, 'p');
  longest.executor = std::string(300, '%');
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\xc3\xa4";
  longest.subject = "x" + wide;

  const std::string header = to_header(longest);

  EXPECT_LE(header.size(), kNoticeBytesMax);
  ASSERT_TRUE(parse_notice(header).has_value()) << header;
}

TEST(Notice, IsNeverLongerThanItsBoundWhateverItIsMadeOf) {
  for (const std::string& piece : {std::string("%"),
                                   std::string("\xc3\xa4"),
                                   std::string("\xf0\x9f\x94\xa5"),
                                   std::string("\xff"),
                                   std::string("\x1b"),
                                   std::string("\r\n")}) {
    std::string text = "x";
    while (text.size() < 2'000) text += piece;
    Notice odd{.pod = text,
               .executor = text,
               .code = "area-of-its-own." + std::string(30, 's') + ".problem",
               .subject = text};

    const std::string header = to_header(odd);

    EXPECT_LE(header.size(), kNoticeBytesMax) << header;
    EXPECT_EQ(header.find_first_of("\r\n\x1b"), std::string::npos);
    const auto read = parse_notice(header);
    ASSERT_TRUE(read.has_value()) << header;
    EXPECT_TRUE(read->pod.starts_with("x"));
    EXPECT_TRUE(read->subject.starts_with("x"));
    EXPECT_EQ(read->code, odd.code);
  }
}

TEST(Notice, WhatIsNotOursIsRefused) {
  for (const std::string& header : {std::string(),
                                    std::string("v=1"),
                                    std::string("pod=a"),
                                    std::string("pod=a, v=1"),
                                    std::string("v=2, pod=a"),
                                    std::string("v=1, v=1, pod=a"),
                                    std::string("v=1, pod="),
                                    std::string("v=1, pod=a, gate=ajar"),
                                    std::string("v=1, pod=a, verdict=FAIL"),
                                    std::string("v=1, pod=a, code=no-code"),
                                    std::string("v=1, pod=a, code=A.b.c"),
                                    std::string("v=1, pod=a, colour=red"),
                                    std::string("v=1, pod=a%2"),
                                    std::string("v=1, pod=a%GG"),
                                    std::string("v=1, pod=%1b%5b2J"),
                                    std::string("v=1, pod=%ff"),
                                    std::string("v=1, pod=a b"),
                                    std::string("v=1, pod=a, pod=b"),
                                    std::string("v=1, pod=a, verdict=pass, verdict=fail"),
                                    std::string("v=1, pod=a,"),
                                    std::string("v=1,, pod=a"),
                                    std::string("v=1, pod=a, =b"),
                                    std::string("v=1, pod=a, subject=a\r\nX: b"),
                                    std::string("v=1, pod=a, subject=%0d%0aX"),
                                    std::string("v=1, pod=a, subject=%00"),
                                    std::string("v=1, pod=a, subject=%e2%80%ae"),  // to the left
                                    std::string("v=1, pod=a, code=.."),
                                    std::string("v=1, pod=a, code=a..b"),
                                    std::string("v=1, pod=a, code=.a.b"),
                                    "v=1, pod=a, code=a.b." + std::string(64, 'c'),
                                    "v=1, pod=" + std::string(254, 'p'),
                                    "v=1, pod=a, exec=" + std::string(33, '9'),
                                    "v=1, pod=a, subject=" + std::string(161, 's'),
                                    "v=1, pod=a, subject=" + std::string(1100, 's')}) {
    EXPECT_FALSE(parse_notice(header).has_value()) << header;
  }
}

TEST(Notice, TellsTheWorstProbeAndWhatItIsAbout) {
  Snapshot snapshot = a_snapshot_of({"config", "storage"});
  snapshot = fold(snapshot, a_run("config", cannot_look()));
  snapshot = fold(snapshot, a_run("storage", fails()));

  const Notice notice = notice_of(snapshot, "p", "7", kStart);

  const Notice expected{.pod = "p",
                        .executor = "7",
                        .gate = GatePhase::holding,
                        .verdict = Verdict::fail,
                        .code = "nfs.export.read-only",
                        .subject = "10.10.0.10"};
  EXPECT_EQ(notice, expected);
}

class Table : public testing::Test {
 protected:
  bool hear(const std::string& pod, Verdict verdict, const std::string& code = "") {
    return table_.hear({.pod = pod, .verdict = verdict, .code = code}, now_);
  }

  Instant now_ = kStart;
  NoticeTable table_{3};
};

TEST_F(Table, OnlyWhatIsNewIsNews) {
  EXPECT_TRUE(hear("a", Verdict::fail, "x.y.z"));
  EXPECT_FALSE(hear("a", Verdict::fail, "x.y.z"));
  EXPECT_TRUE(hear("a", Verdict::pass));
  EXPECT_EQ(table_.size(), 1U);
}

TEST_F(Table, WhenFullTheLeastRecentlyHeardMakesRoom) {
  hear("a", Verdict::pass);
  hear("b", Verdict::fail);
  hear("c", Verdict::warn);
  hear("a", Verdict::pass);

  hear("d", Verdict::unknown);

  EXPECT_EQ(table_.size(), 3U);
  const auto rows = table_.worst(10);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].notice.pod, "d");
  EXPECT_EQ(rows[1].notice.pod, "c");
  EXPECT_EQ(rows[2].notice.pod, "a");
}

TEST_F(Table, PodsThatFallSilentAreGoneAndLaterForgotten) {
  hear("a", Verdict::fail, "x.y.z");
  now_ += kNoticeGoneAfter + milliseconds(1);
  hear("b", Verdict::pass);

  EXPECT_EQ(table_.by_verdict(now_).at("gone"), 1U);
  EXPECT_EQ(table_.by_verdict(now_).at("fail"), 0U);
  EXPECT_EQ(table_.by_verdict(now_).at("pass"), 1U);
  EXPECT_EQ(table_.by_code().at("x.y.z"), 1U);

  table_.expire(kStart + kNoticeKeptFor + milliseconds(1));

  EXPECT_EQ(table_.size(), 1U);
}

}  // namespace
}  // namespace sparkwarden
