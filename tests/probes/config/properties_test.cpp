// SPDX-License-Identifier: Apache-2.0
#include "probes/config/properties.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {

namespace {

using Kind = PropertiesProblem::Kind;

Property entry(std::string key, Place key_at, std::string value, Place value_at) {
  return {{std::move(key), key_at}, {std::move(value), value_at}};
}

struct Case {
  const char* name;
  std::string text;
  std::vector<Property> entries;
};

class PropertiesLoading : public testing::TestWithParam<Case> {};

TEST_P(PropertiesLoading, GivesKeysAndValuesWithTheirPlaces) {
  const Case& c = GetParam();

  const Properties properties = parse_properties(c.text);

  EXPECT_EQ(properties.entries, c.entries);
  EXPECT_TRUE(properties.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Grammar,
    PropertiesLoading,
    testing::Values(
        Case{"Nothing", "", {}},
        Case{"BlankSeparator", "a b", {entry("a", {1, 1, 2}, "b", {1, 3, 4})}},
        Case{"Equals", "a=b", {entry("a", {1, 1, 2}, "b", {1, 3, 4})}},
        Case{"ColonWithBlanks", " a : b ", {entry("a", {1, 2, 3}, "b", {1, 6, 7})}},
        Case{"SecondSeparatorIsValue", "a == b", {entry("a", {1, 1, 2}, "= b", {1, 4, 7})}},
        Case{"EscapedSeparatorInKey", "a\\=b\\ c d", {entry("a=b c", {1, 1, 8}, "d", {1, 9, 10})}},
        Case{"KeyAlone", "a", {entry("a", {1, 1, 2}, "", {1, 2, 2})}},
        Case{"EmptyKey", "=b", {entry("", {1, 1, 1}, "b", {1, 2, 3})}},
        Case{"NoInlineComment", "a 1 # x", {entry("a", {1, 1, 2}, "1 # x", {1, 3, 8})}},
        Case{"Comments", "# x\n ! y\na 1", {entry("a", {3, 1, 2}, "1", {3, 3, 4})}},
        Case{"CommentDoesNotContinue", "# x\\\na 1", {entry("a", {2, 1, 2}, "1", {2, 3, 4})}},
        Case{"QuotesAreLiteral", "a \"b\"", {entry("a", {1, 1, 2}, "\"b\"", {1, 3, 6})}},
        Case{"DuplicatesStay",
             "a 1\na 2",
             {entry("a", {1, 1, 2}, "1", {1, 3, 4}), entry("a", {2, 1, 2}, "2", {2, 3, 4})}},
        Case{"LineEnds",
             "a 1\r\nb 2\rc 3\n",
             {entry("a", {1, 1, 2}, "1", {1, 3, 4}),
              entry("b", {2, 1, 2}, "2", {2, 3, 4}),
              entry("c", {3, 1, 2}, "3", {3, 3, 4})}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Continuation,
    PropertiesLoading,
    testing::Values(
        Case{"ValueGoesOn", "a b,\\\n   c", {entry("a", {1, 1, 2}, "b,c", {1, 3, 5})}},
        Case{"ValueOnNextLine", "a \\\n   b", {entry("a", {1, 1, 2}, "b", {2, 4, 5})}},
        Case{"KeyGoesOn", "a\\\n  b c", {entry("ab", {1, 1, 2}, "c", {2, 5, 6})}},
        Case{"EvenBackslashesEnd",
             "a b\\\\\nc d",
             {entry("a", {1, 1, 2}, "b\\", {1, 3, 6}), entry("c", {2, 1, 2}, "d", {2, 3, 4})}},
        Case{"ContinuedLineIsNoComment", "a \\\n# b", {entry("a", {1, 1, 2}, "# b", {2, 1, 4})}},
        Case{"BlankLineEnds",
             "a b\\\n\nc d",
             {entry("a", {1, 1, 2}, "b", {1, 3, 4}), entry("c", {3, 1, 2}, "d", {3, 3, 4})}},
        Case{"BackslashAloneThenComment", "\\\n# x\n", {}},
        Case{"BackslashAtEndOfFile", "a b\\", {entry("a", {1, 1, 2}, "b", {1, 3, 4})}},
        Case{"OnlyABackslash", "\\", {entry("", {1, 1, 1}, "", {1, 1, 1})}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Escapes,
    PropertiesLoading,
    testing::Values(
        Case{"Letters", "a \\tb\\tc\\x", {entry("a", {1, 1, 2}, "b\tcx", {1, 3, 11})}},
        Case{"WindowsPathLosesBackslashes",
             "a C:\\dir",
             {entry("a", {1, 1, 2}, "C:dir", {1, 3, 9})}},
        Case{"Unicode", "a \\u00e9", {entry("a", {1, 1, 2}, "\xC3\xA9", {1, 3, 9})}},
        Case{"SurrogatePair",
             "a \\uD83D\\uDE00",
             {entry("a", {1, 1, 2}, "\xF0\x9F\x98\x80", {1, 3, 15})}},
        Case{"LoneSurrogate", "a \\uD83Dx", {entry("a", {1, 1, 2}, "\xEF\xBF\xBDx", {1, 3, 10})}},
        Case{"Utf8", "a \xC3\xA9", {entry("a", {1, 1, 2}, "\xC3\xA9", {1, 3, 5})}},
        Case{"SparkKeepsEscapedLineEnds",
             "a  \\n b\\r\\n  ",
             {entry("a", {1, 1, 2}, "\n b\r\n", {1, 4, 12})}},
        Case{"SparkTrimsEscapedBlanks", "a \\ \\tb\\t", {entry("a", {1, 1, 2}, "b", {1, 3, 10})}}),
    by_name);

struct ProblemCase {
  const char* name;
  std::string text;
  PropertiesProblem problem;
  std::size_t entries;
};

class BadProperties : public testing::TestWithParam<ProblemCase> {};

TEST_P(BadProperties, TellsTheProblemAndItsPlace) {
  const ProblemCase& c = GetParam();

  const Properties properties = parse_properties(c.text);

  EXPECT_EQ(properties.problems, std::vector{c.problem});
  EXPECT_EQ(properties.entries.size(), c.entries);
}

INSTANTIATE_TEST_SUITE_P(
    Problems,
    BadProperties,
    testing::Values(
        ProblemCase{
            "BadEscape", "a 1\nb C:\\users\nc 2", {Kind::bad_unicode_escape, {2, 5, 11}}, 1},
        ProblemCase{"ShortEscape", "b \\u12", {Kind::bad_unicode_escape, {1, 3, 7}}, 0},
        ProblemCase{"BadEscapeInKey", "\\uzzzz 1", {Kind::bad_unicode_escape, {1, 1, 7}}, 0},
        ProblemCase{"BadEscapeOnContinuedLine",
                    "a b\\\n \\uXYZW",
                    {Kind::bad_unicode_escape, {2, 2, 8}},
                    0},
        ProblemCase{"InvalidUtf8", "a 1\nb \xE9t\xE9", {Kind::malformed_utf8, {2, 3, 4}}, 2},
        ProblemCase{
            "ByteOrderMark", "\xEF\xBB\xBFspark.a 1", {Kind::byte_order_mark, {1, 1, 4}}, 1}),
    by_name);

TEST(BadProperties, InvalidBytesBecomeReplacementCharacters) {
  const Properties properties = parse_properties("a \xE9t\xE9");

  EXPECT_EQ(properties.entries.front().value.text, "\xEF\xBF\xBDt\xEF\xBF\xBD");
}

TEST(BadProperties, StopsAtTheBoundOfEntries) {
  std::string text;
  for (std::size_t i = 0; i <= kPropertiesMax; ++i) text += "a\n";

  const Properties properties = parse_properties(text);

  EXPECT_EQ(properties.entries.size(), kPropertiesMax);
  EXPECT_TRUE(properties.has(Kind::too_many));
}

TEST(PropertiesFind, GivesTheLastEntryOfAKey) {
  const Properties properties = parse_properties("a 1\nb 2\na 3");

  EXPECT_EQ(properties.find("a"), &properties.entries[2]);
  EXPECT_EQ(properties.find("c"), nullptr);
}

}  // namespace
}  // namespace sparkwarden::probes::config
