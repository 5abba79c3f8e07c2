// SPDX-License-Identifier: Apache-2.0
#include "agent/core/text.hpp"

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

struct TextCase {
  std::string name;
  std::string text;
  bool utf8;
  std::string repaired;
  std::string shown;
};

class Text : public testing::TestWithParam<TextCase> {};

TEST_P(Text, IsCheckedRepairedAndShown) {
  const TextCase& c = GetParam();

  EXPECT_EQ(is_utf8(c.text), c.utf8);
  EXPECT_EQ(to_utf8(c.text), c.repaired);
  EXPECT_EQ(printable(c.text), c.shown);
  EXPECT_TRUE(is_utf8(to_utf8(c.text)));
  EXPECT_TRUE(is_utf8(printable(c.text)));
}

using namespace std::string_literals;
const std::string kBad = "\xEF\xBF\xBD";

INSTANTIATE_TEST_SUITE_P(
    Core,
    Text,
    testing::Values(
        TextCase{"empty", "", true, "", ""},
        TextCase{"ascii", "a ~", true, "a ~", "a ~"},
        TextCase{"two_to_four_bytes", "ä€😀", true, "ä€😀", "ä€😀"},
        TextCase{"largest", "\xF4\x8F\xBF\xBF", true, "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
        TextCase{"nul", "a\0b"s, true, "a\0b"s, "a\\x00b"},
        TextCase{"line_ends", "a\r\n\tb", true, "a\r\n\tb", "a\\r\\n\\tb"},
        TextCase{"terminal_escape", "\x1b[2J", true, "\x1b[2J", "\\x1b[2J"},
        TextCase{"c1_control", "\xC2\x9B", true, "\xC2\x9B", "\\x9b"},
        TextCase{"direction_override", "\xE2\x80\xAE", true, "\xE2\x80\xAE", "\\u202e"},
        TextCase{"line_separator", "\xE2\x80\xA8", true, "\xE2\x80\xA8", "\\u2028"},
        TextCase{"byte_order_mark", "\xEF\xBB\xBF", true, "\xEF\xBB\xBF", "\\ufeff"},
        TextCase{"lone_continuation", "a\x80z", false, "a" + kBad + "z", "a\\x80z"},
        TextCase{"cut_off", "a\xE2\x82", false, "a" + kBad + kBad, "a\\xe2\\x82"},
        TextCase{"overlong", "\xC0\xAF", false, kBad + kBad, "\\xc0\\xaf"},
        TextCase{"overlong_three", "\xE0\x80\xAF", false, kBad + kBad + kBad, "\\xe0\\x80\\xaf"},
        TextCase{"surrogate", "\xED\xA0\x80", false, kBad + kBad + kBad, "\\xed\\xa0\\x80"},
        TextCase{"too_large",
                 "\xF4\x90\x80\x80",
                 false,
                 kBad + kBad + kBad + kBad,
                 "\\xf4\\x90\\x80\\x80"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sparkwarden
