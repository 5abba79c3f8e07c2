// SPDX-License-Identifier: Apache-2.0
#include "agent/core/python_version.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

struct EqualCase {
  std::string name;
  std::string left;
  std::string right;
  bool equal;
};

class Equality : public testing::TestWithParam<EqualCase> {};

TEST_P(Equality, IsThatOfPep440) {
  const auto left = parse_version(GetParam().left);
  const auto right = parse_version(GetParam().right);

  ASSERT_TRUE(left.has_value());
  ASSERT_TRUE(right.has_value());
  EXPECT_EQ(*left == *right, GetParam().equal);
  EXPECT_EQ(compare_versions(*left, *right) == 0, GetParam().equal);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings,
    Equality,
    testing::Values(EqualCase{"trailing_zeros", "1.0", "1.0.0", true},
                    EqualCase{"leading_zeros", "01.0", "1", true},
                    EqualCase{"v", "v1.0", "1.0", true},
                    EqualCase{"blanks", " 1.0\n", "1.0", true},
                    EqualCase{"implicit_post", "1.0-1", "1.0.post1", true},
                    EqualCase{"rev", "1.0-r4", "1.0.post4", true},
                    EqualCase{"c_is_rc", "1.0c1", "1.0rc1", true},
                    EqualCase{"preview", "1.0-preview.2", "1.0rc2", true},
                    EqualCase{"alpha", "1.1.alpha1", "1.1a1", true},
                    EqualCase{"case", "1.0RC1", "1.0rc1", true},
                    EqualCase{"implicit_dev", "1.0.dev", "1.0.dev0", true},
                    EqualCase{"implicit_alpha", "1.2a", "1.2a0", true},
                    EqualCase{"local_separators", "1.0+ubuntu-1", "1.0+ubuntu.1", true},
                    EqualCase{"local_numbers", "1.0+001", "1.0+1", true},
                    EqualCase{"long_numbers", "1.00000000000000000000000000000002", "1.2", true},
                    EqualCase{"local", "1.0", "1.0+cu121", false},
                    EqualCase{"post", "1.0", "1.0.post0", false},
                    EqualCase{"epoch", "1.0", "1!1.0", false}),
    [](const auto& row) { return row.param.name; });

TEST(PythonVersion, OrderIsThatOfPep440) {
  const std::vector<std::string> ascending{"1.0.dev456",    "1.0a1",
                                           "1.0a2.dev456",  "1.0a12.dev456",
                                           "1.0a12",        "1.0b1.dev456",
                                           "1.0b2",         "1.0b2.post345.dev456",
                                           "1.0b2.post345", "1.0rc1.dev456",
                                           "1.0rc1",        "1.0",
                                           "1.0+abc.5",     "1.0+abc.7",
                                           "1.0+5",         "1.0.post456.dev34",
                                           "1.0.post456",   "1.0.15",
                                           "1.1.dev1",      "1.9",
                                           "1.10",          "99999999999999999999999",
                                           "1!0.1"};

  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const auto order =
          compare_versions(*parse_version(ascending[i]), *parse_version(ascending[j]));
      EXPECT_EQ(order < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(order == 0, i == j) << ascending[i] << " " << ascending[j];
    }
  }
}

TEST(PythonVersion, OtherTextsAreNone) {
  for (const char* text : {"",
                           "french toast",
                           "1.0_dev-x",
                           "1.0+a+",
                           "1.0++",
                           "1.0+_foobar",
                           "1.0+foo&asd",
                           "1.",
                           ".1",
                           "1.0.x",
                           "1!",
                           "!1.0",
                           "1.0-",
                           "2004d\xc3\xa9"}) {
    EXPECT_FALSE(parse_version(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_version(std::string(600, '1')).has_value());
}

struct PartCase {
  std::string name;
  std::string left;
  std::string right;
  VersionPart part;
};

class DiffersIn : public testing::TestWithParam<PartCase> {};

TEST_P(DiffersIn, TheMostSignificantPart) {
  EXPECT_EQ(differs_in(GetParam().left, GetParam().right), GetParam().part);
  EXPECT_EQ(differs_in(GetParam().right, GetParam().left), GetParam().part);
}

INSTANTIATE_TEST_SUITE_P(
    Parts,
    DiffersIn,
    testing::Values(PartCase{"same", "1.26.4", "1.26.4", VersionPart::none},
                    PartCase{"spelled_otherwise", "1.0", "v1.0.0", VersionPart::none},
                    PartCase{"major", "1.26.4", "2.1.0", VersionPart::major},
                    PartCase{"epoch", "1.0", "1!1.0", VersionPart::major},
                    PartCase{"minor", "2.1.0", "2.2", VersionPart::minor},
                    PartCase{"micro", "2.1.0", "2.1.3", VersionPart::micro},
                    PartCase{"fourth", "2.1.0.1", "2.1", VersionPart::micro},
                    PartCase{"suffix", "2.1rc1", "2.1", VersionPart::suffix},
                    PartCase{"local", "2.1.0", "2.1.0+cu121", VersionPart::local},
                    PartCase{"same_legacy", "1.0_dev-x", " 1.0_dev-x", VersionPart::none},
                    PartCase{"legacy", "1.0_dev-x", "1.0", VersionPart::unordered}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sparkwarden
