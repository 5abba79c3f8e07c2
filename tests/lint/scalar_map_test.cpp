// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/scalar_map.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::lint {
namespace {

/// A manifest with `spelling` as the value of `data.key`, and where the word `needle` of that value
/// is said to stand.
struct Mapped {
  std::string file;
  std::string value = {};
  Place place = {};
  bool known = false;
};

Mapped map_word(const std::string& spelling, const std::string& needle) {
  Mapped mapped{.file = "kind: ConfigMap\ndata:\n  key: " + spelling + "\nother: 1\n"};
  const auto tree = yaml::parse(mapped.file);
  if (!tree || tree->documents.empty()) return mapped;
  const yaml::Node* node = tree->documents.front().find({"data", "key"});
  if (node == nullptr) return mapped;
  mapped.value = node->text;
  const std::size_t at = mapped.value.find(needle);
  const auto map = ScalarMap::of(mapped.file, line_starts(mapped.file), *node);
  if (at == std::string::npos || !map) return mapped;
  mapped.known = true;
  const probes::config::LineIndex index(mapped.value);
  mapped.place = map->place(index.place(at, at + needle.size()));
  return mapped;
}

/// The text of the manifest at a place.
std::string text_at(const std::string& file, Place place, std::size_t length) {
  const std::vector<std::size_t> lines = line_starts(file);
  const std::size_t line = lines.at(static_cast<std::size_t>(place.line) - 1);
  return file.substr(line + static_cast<std::size_t>(place.column) - 1, length);
}

struct SpellingCase {
  const char* name;
  const char* spelling;
};

class ScalarSpelling : public testing::TestWithParam<SpellingCase> {};

TEST_P(ScalarSpelling, AWordIsFoundWhereItStands) {
  const Mapped mapped = map_word(GetParam().spelling, "needle");

  ASSERT_TRUE(mapped.known) << mapped.value;
  EXPECT_EQ(text_at(mapped.file, mapped.place, 6), "needle") << mapped.file;
  EXPECT_EQ(mapped.place.end_column, mapped.place.column + 6);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ScalarSpelling,
    testing::Values(SpellingCase{"literal", "|\n    a 1\n    b needle\n"},
                    SpellingCase{"literal_with_blank_lines", "|\n\n    a 1\n\n    b needle\n\n"},
                    SpellingCase{"literal_strip", "|-\n    a\n    needle"},
                    SpellingCase{"literal_keep", "|+\n    a\n    needle\n\n\n"},
                    SpellingCase{"literal_deeper_lines", "|\n    a\n      needle\n    b\n"},
                    SpellingCase{"literal_with_indicator", "|2\n      a\n     needle\n"},
                    SpellingCase{"literal_with_comment", "| # the file\n    a\n    needle\n"},
                    SpellingCase{"literal_with_carriage_returns", "|\r\n    a\r\n    needle\r\n"},
                    SpellingCase{"literal_tagged", "!!str |\n    a\n    needle\n"},
                    SpellingCase{"literal_anchored", "&conf |\n    a\n    needle\n"},
                    SpellingCase{"folded", ">\n    a\n    b needle\n"},
                    SpellingCase{"folded_paragraphs", ">\n    a\n\n\n    b\n    c needle\n"},
                    SpellingCase{"folded_deeper_lines",
                                 ">-\n    a\n      * b\n      * needle\n    c\n"},
                    SpellingCase{"double_quoted", "\"a 1\\nb needle\\n\""},
                    SpellingCase{"double_quoted_escapes", "\"\\t\\\"\\u00e9\\x41 needle\""},
                    SpellingCase{"double_quoted_lines", "\"a\n    b\\\n    c\n\n    needle\""},
                    SpellingCase{"single_quoted", "'it''s a needle'"},
                    SpellingCase{"single_quoted_lines", "'a\n    b\n\n    needle'"},
                    SpellingCase{"plain", "a needle"},
                    SpellingCase{"multibyte", "|\n    \xC3\xA9\xC3\xA9 needle\n"}),
    [](const auto& each) { return each.param.name; });

TEST(ScalarMap, APlainScalarOverSeveralLinesIsGivenUp) {
  EXPECT_FALSE(map_word("a\n    needle", "needle").known);
}

TEST(ScalarMap, AnEmptyBlockHasNoPlaces) {
  const std::string file = "key: |\nother: 1\n";
  const auto tree = yaml::parse(file);
  const auto map = ScalarMap::of(file, line_starts(file), *tree->documents.front().find("key"));

  EXPECT_TRUE(!map || map->place({1, 1, 2}) == Place{});
}

TEST(ScalarMap, WhateverIsMappedIsMappedRight) {
  // Properties over generated blocks: each word of the value stands where the map says.
  std::mt19937 random(20'260'131);
  const auto pick = [&](std::size_t count) { return random() % count; };
  int mapped_words = 0;
  for (int round = 0; round < 400; ++round) {
    std::string spelling = pick(2) == 0 ? "|" : ">";
    spelling += std::string("-+ ").substr(pick(3), 1);
    if (spelling.back() == ' ') spelling.pop_back();
    std::vector<std::string> words;
    const std::size_t lines = 1 + pick(6);
    for (std::size_t line = 0; line < lines; ++line) {
      // The first line decides the indentation.
      const std::string indent(4 + (line > 0 && pick(4) == 0 ? 2 : 0), ' ');
      words.push_back("w" + std::to_string(round) + "x" + std::to_string(line) + "y");
      spelling += (line > 0 && pick(4) == 0 ? "\n\n" : "\n") + indent + words.back();
    }
    for (const std::string& word : words) {
      const Mapped mapped = map_word(spelling, word);
      ASSERT_TRUE(mapped.known) << spelling;
      ASSERT_EQ(text_at(mapped.file, mapped.place, word.size()), word) << mapped.file;
      ++mapped_words;
    }
  }

  EXPECT_GT(mapped_words, 400);
}

}  // namespace
}  // namespace sparkwarden::lint
