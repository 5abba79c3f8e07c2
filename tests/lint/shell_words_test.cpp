// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/shell_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::lint {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> all;
  for (const Word& word : shell_words(text)) all.push_back(word.text.text);
  return all;
}

TEST(ShellWords, AreSplitAtBlanks) {
  EXPECT_THAT(words("spark-submit  --conf\ta=b\n"), ElementsAre("spark-submit", "--conf", "a=b"));
}

TEST(ShellWords, QuotesAndBackslashesGoAway) {
  EXPECT_THAT(words(R"(a' b 'c "d \"e\" \f" g\ h)"), ElementsAre("a b c", R"(d "e" \f)", "g h"));
}

TEST(ShellWords, ContinuedLinesAreOneLine) {
  EXPECT_THAT(words("a \\\n  b\\\nc"), ElementsAre("a", "bc"));
}

TEST(ShellWords, CommentsEndWithTheirLine) {
  EXPECT_THAT(words("a # b \"c\nd#e"), ElementsAre("a", "d#e"));
}

TEST(ShellWords, WhatTheShellReplacesIsKnown) {
  const std::vector<Word> all = shell_words("a=$HOME 'b=$HOME' \"c=${X}\" d=`id` \\$e");

  std::vector<bool> expands;
  for (const Word& word : all) expands.push_back(word.expands);
  EXPECT_THAT(expands, ElementsAre(true, false, true, true, false));
}

TEST(ShellWords, KnowTheirPlaces) {
  const std::vector<Word> all = shell_words("one\n  'two'");

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].text.at, (probes::config::Place{2, 3, 8}));
}

TEST(ShellWords, AQuoteThatNeverClosesEndsWithTheText) {
  EXPECT_THAT(words("a 'b c"), ElementsAre("a", "b c"));
  EXPECT_THAT(words("a \"b c"), ElementsAre("a", "b c"));
  EXPECT_THAT(words("a \\"), ElementsAre("a", "\\"));
}

}  // namespace
}  // namespace sparkwarden::lint
