// SPDX-License-Identifier: Apache-2.0
#include "agent/config/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::yaml {
namespace {

TEST(YamlTree, EveryNodeKnowsItsPlace) {
  const auto tree = parse("a: 1\nb:\n  - x\n  - {c: 'no'}\n");

  ASSERT_TRUE(tree.has_value());
  ASSERT_EQ(tree->documents.size(), 1u);
  const Node& root = tree->documents[0];
  const Node* list = root.find("b");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(std::pair(list->items[0].line, list->items[0].column), std::pair(3, 5));
  const Node* quoted = list->items[1].find("c");
  ASSERT_NE(quoted, nullptr);
  EXPECT_EQ(quoted->text, "no");
  EXPECT_FALSE(quoted->plain);
  EXPECT_EQ(std::pair(quoted->line, quoted->column), std::pair(4, 9));
}

TEST(YamlTree, FindFollowsAPathOfKeys) {
  const auto tree = parse("spec:\n  containers: []\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_NE(tree->documents[0].find({"spec", "containers"}), nullptr);
  EXPECT_EQ(tree->documents[0].find({"spec", "volumes"}), nullptr);
}

TEST(YamlTree, KeepsBothOfTwoEqualKeysAndReportsTheSecond) {
  const auto tree = parse("a: 1\nb: 2\na: 3\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->documents[0].entries.size(), 3u);
  ASSERT_EQ(tree->duplicates.size(), 1u);
  EXPECT_EQ(tree->duplicates[0].key, "a");
  EXPECT_EQ(tree->duplicates[0].line, 3);
  EXPECT_EQ(tree->duplicates[0].first_line, 1);
}

TEST(YamlTree, ReadsEveryDocumentAndSkipsEmptyOnes) {
  const auto tree = parse("---\n---\na: 1\n---\nb: 2\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->documents.size(), 2u);
}

TEST(YamlTree, CountsAliasesAndNeverExpandsThem) {
  const auto tree = parse("a: &x [1, 2]\nb: [*x, *x, *x]\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->aliases, 3);
  EXPECT_TRUE(tree->documents[0].find("b")->items[0].is(Kind::alias));
  EXPECT_TRUE(tree->documents[0].find("b")->items[0].items.empty());
}

TEST(YamlTree, ASelfReferencingAliasDoesNotLoop) {
  const auto tree = parse("a: &a [*a]\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->aliases, 1);
}

struct Refused {
  std::string name;
  std::string text;
  int line;
  std::string message;
};

class YamlRefuses : public testing::TestWithParam<Refused> {};

TEST_P(YamlRefuses, WithItsPlace) {
  const auto tree = parse(GetParam().text);

  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().line, GetParam().line);
  EXPECT_NE(tree.error().message.find(GetParam().message), std::string::npos)
      << tree.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    YamlRefuses,
    testing::Values(Refused{"invalid_utf8", "a: 1\nb: \xC3\x28\n", 2, "UTF-8"},
                    Refused{"overlong_utf8", "a: \xC0\xAF\n", 1, "UTF-8"},
                    Refused{"surrogate", "a: \xED\xA0\x80\n", 1, "UTF-8"},
                    Refused{"cut_sequence", "a: \xE2\x82", 1, "UTF-8"},
                    Refused{"nul", std::string("a: 1\nb: \0\n", 10), 2, "NUL"},
                    Refused{"tab_indent", "a:\n\tb: 1\n", 2, ""},
                    Refused{"deep_flow", std::string(100, '['), 1, "nested more than 64 deep"}),
    [](const auto& test) { return test.param.name; });

TEST(YamlTree, DepthBeyondYamlCppsOwnLimitIsAnErrorToo) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "- ";

  const auto tree = parse(text, {.depth = 1'000'000});

  EXPECT_FALSE(tree.has_value());
}

TEST(YamlTree, TheNumberOfNodesIsBounded) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "- x\n";

  EXPECT_TRUE(parse(text, {.nodes = 201}).has_value());
  EXPECT_FALSE(parse(text, {.nodes = 200}).has_value());
}

TEST(YamlTree, AByteOrderMarkIsNotContent) {
  const auto tree = parse(
      "\xEF\xBB\xBF"
      "a: 1\n");

  ASSERT_TRUE(tree.has_value());
  EXPECT_NE(tree->documents[0].find("a"), nullptr);
}

}  // namespace
}  // namespace sparkwarden::yaml
