// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/excerpt.hpp"

#include <gtest/gtest.h>

#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {

void PrintTo(const Excerpt& excerpt, std::ostream* out) {
  *out << '\n' << excerpt.gutter << excerpt.line << '\n' << excerpt.margin << excerpt.pointer;
}

namespace {

struct ExcerptCase {
  std::string name;
  std::string line;
  int column;
  int end_column;
  std::string shown;
  std::string pointer;
};

class ShowsExcerpt : public testing::TestWithParam<ExcerptCase> {};

TEST_P(ShowsExcerpt, WithTheMarkBelowItsPlace) {
  const ExcerptCase& c = GetParam();

  const Excerpt actual = excerpt(c.line, {"f", 7, c.column, c.end_column}, '^', 40);

  const Excerpt expected{
      .gutter = "    7 | ", .line = c.shown, .margin = "      | ", .pointer = c.pointer};
  EXPECT_EQ(actual, expected);
  EXPECT_LE(columns(actual.gutter + actual.line), 40U);
  EXPECT_LE(columns(actual.margin + actual.pointer), 40U);
}

INSTANTIATE_TEST_SUITE_P(
    Report,
    ShowsExcerpt,
    testing::Values(ExcerptCase{"range", "a: bcd", 4, 7, "a: bcd", "   ^^^"},
                    ExcerptCase{"column_only", "a: bcd", 4, 0, "a: bcd", "   ^"},
                    ExcerptCase{"no_column", "a: bcd", 0, 0, "a: bcd", ""},
                    ExcerptCase{"first_column", "a", 1, 2, "a", "^"},
                    ExcerptCase{"just_behind_the_line", "ab", 3, 0, "ab", "  ^"},
                    ExcerptCase{"far_behind_the_line", "ab", 30, 0, "ab", "  ^"},
                    ExcerptCase{"end_before_begin", "abc", 2, 1, "abc", " ^"},
                    ExcerptCase{"empty_line", "", 1, 0, "", "^"},
                    ExcerptCase{"tab_is_one_column", "\ta: b", 5, 6, " a: b", "    ^"},
                    ExcerptCase{"characters_not_bytes", "ä: öx", 4, 6, "ä: öx", "   ^^"},
                    ExcerptCase{
                        "escape_in_front_moves_the_mark", "\x01: b", 4, 5, "\\x01: b", "      ^"},
                    ExcerptCase{"not_utf8", "\xff: b", 4, 5, "\xEF\xBF\xBD: b", "   ^"},
                    ExcerptCase{"as_wide_as_the_room",
                                std::string(32, 'a'),
                                32,
                                33,
                                std::string(32, 'a'),
                                std::string(31, ' ') + "^"},
                    ExcerptCase{"cut_on_the_right",
                                "key: " + std::string(100, 'v'),
                                1,
                                4,
                                "key: " + std::string(24, 'v') + "...",
                                "^^^"},
                    ExcerptCase{"cut_on_both_sides",
                                std::string(50, 'a') + "HERE" + std::string(50, 'b'),
                                51,
                                55,
                                "..." + std::string(7, 'a') + "HERE" + std::string(15, 'b') + "...",
                                std::string(10, ' ') + "^^^^"},
                    ExcerptCase{"cut_on_the_left",
                                std::string(50, 'a') + "HERE",
                                51,
                                55,
                                "..." + std::string(25, 'a') + "HERE",
                                std::string(28, ' ') + "^^^^"},
                    ExcerptCase{"mark_wider_than_the_room",
                                std::string(100, 'a'),
                                1,
                                101,
                                std::string(29, 'a') + "...",
                                std::string(32, '^')}),
    [](const auto& row) { return row.param.name; });

TEST(Excerpt, KeepsItsMarginBelowLongLineNumbers) {
  const Excerpt actual = excerpt("a", {"f", 1234567, 1, 2}, '-', 40);

  const Excerpt expected{
      .gutter = "1234567 | ", .line = "a", .margin = "        | ", .pointer = "-"};
  EXPECT_EQ(actual, expected);
}

TEST(Wrapped, BreaksAtBlanksBelowTheText) {
  EXPECT_EQ(wrapped("  fix:  ", "one two three", 15),
            "  fix:  one two\n"
            "        three\n");
  EXPECT_EQ(wrapped("  fix:  ", "a-word-that-is-longer-than-the-line b", 15),
            "  fix:  a-word-that-is-longer-than-the-line\n"
            "        b\n");
  EXPECT_EQ(wrapped("x: ", "", 15), "x: \n");
}

TEST(Characters, AreCountedNotBytes) {
  EXPECT_EQ(characters("aäb€c", 1, 3), "äb€");
  EXPECT_EQ(characters("aäb", 0, 99), "aäb");
  EXPECT_EQ(characters("aäb", 99, 1), "");
  EXPECT_EQ(columns("aäb€c"), 5U);
}

}  // namespace
}  // namespace sparkwarden::exporters
