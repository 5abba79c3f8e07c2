// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_answer.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

constexpr WallTime kTime{std::chrono::seconds{784111777}};  // the example of RFC 9110 5.6.7

TEST(HttpAnswer, HeadNamesDateTypeAndLength) {
  const Answer answer{.body = "ok", .headers = {{"Sparkwarden-Gate", "open"}}};

  const std::string head = answer_head(answer, answer.body_bytes(), true, kTime);

  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 2\r\n"
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Sparkwarden-Gate: open\r\n"
            "Connection: keep-alive\r\n"
            "\r\n");
}

TEST(HttpAnswer, NotModifiedSaysNothingOfABodyItDoesNotHave) {
  const std::string head =
      answer_head({.status = 304, .headers = {{"ETag", "\"a\""}}}, 0, true, kTime);

  EXPECT_TRUE(head.starts_with("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_NE(head.find("\r\nETag: \"a\"\r\n"), std::string::npos);
  EXPECT_EQ(head.find("\r\nContent-"), std::string::npos);
}

TEST(HttpAnswer, OfLastRequestClosesTheConnection) {
  EXPECT_NE(answer_head({}, 0, false, kTime).find("\r\nConnection: close\r\n\r\n"),
            std::string::npos);
}

TEST(HttpAnswer, CannotBeSplitByAHeaderValue) {
  const Answer answer{.headers = {{"X", "a\r\nSet-Cookie: b\n"}}};

  const std::string head = answer_head(answer, answer.body_bytes(), true, kTime);

  EXPECT_NE(head.find("\r\nX: aSet-Cookie: b\r\n"), std::string::npos);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
}

TEST(HttpAnswer, ADateIsReadBack) {
  for (const WallTime time : {kTime,
                              WallTime{},
                              WallTime{std::chrono::seconds{951782400}},      // 29 Feb 2000
                              WallTime{std::chrono::seconds{4102444799}}}) {  // 31 Dec 2099
    EXPECT_EQ(parse_http_date(http_date(time)), time) << http_date(time);
  }
}

TEST(HttpAnswer, WhatIsNoDateIsNotRead) {
  for (const char* text : {"",
                           "now",
                           "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 06 anF 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:-7 GMT",
                           "Sun, 06 Nov 9999 08:49:37 GMT",
                           "Sun, 06 Nov 0000 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(HttpAnswer, EveryStatusTheServerGivesHasItsPhrase) {
  for (const unsigned status :
       {200U, 304U, 400U, 401U, 404U, 405U, 408U, 413U, 414U, 431U, 500U, 503U, 505U}) {
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
}

}  // namespace
}  // namespace sparkwarden::io
