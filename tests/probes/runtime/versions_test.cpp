// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/versions.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "probes/runtime/installation.hpp"

namespace sparkwarden::probes::runtime {
namespace {

struct NumbersCase {
  const char* version;
  int count;
  const char* numbers;
};

class LeadingNumbers : public testing::TestWithParam<NumbersCase> {};

TEST_P(LeadingNumbers, EndWhereTheNumbersDo) {
  EXPECT_EQ(leading_numbers(GetParam().version, GetParam().count), GetParam().numbers);
}

INSTANTIATE_TEST_SUITE_P(Versions,
                         LeadingNumbers,
                         testing::Values(NumbersCase{"3.5.1-amzn-0", 3, "3.5.1"},
                                         NumbersCase{"2.13.16", 2, "2.13"},
                                         NumbersCase{"2.4.0.7.1.7.0-551", 3, "2.4.0"},
                                         NumbersCase{"4.0", 3, "4.0"},
                                         NumbersCase{"4.", 3, "4"},
                                         NumbersCase{"4..1", 3, "4"},
                                         NumbersCase{"4.1", 0, ""},
                                         NumbersCase{"SNAPSHOT", 3, ""},
                                         NumbersCase{".1", 3, ""},
                                         NumbersCase{"", 3, ""}));

struct JavaCase {
  const char* version;
  std::optional<int> major;
};

class JavaMajor : public testing::TestWithParam<JavaCase> {};

TEST_P(JavaMajor, IsTheNumberThatPeopleSay) {
  EXPECT_EQ(java_major(GetParam().version), GetParam().major);
}

INSTANTIATE_TEST_SUITE_P(Versions,
                         JavaMajor,
                         testing::Values(JavaCase{"1.8.0_392", 8},
                                         JavaCase{"11.0.21", 11},
                                         JavaCase{"17", 17},
                                         JavaCase{"25-ea", 25},
                                         JavaCase{"1.", std::nullopt},
                                         JavaCase{"99999999999999999999", std::nullopt},
                                         JavaCase{"openjdk", std::nullopt},
                                         JavaCase{"", std::nullopt}));

TEST(ClassFiles, HaveTheNumbersOfTheSpecification) {
  EXPECT_EQ(class_file_version(8), 52);
  EXPECT_EQ(class_file_version(17), 61);
}

struct ReleaseCase {
  const char* name;
  std::string text;
  ReleaseFile release;
};

class Release : public testing::TestWithParam<ReleaseCase> {};

TEST_P(Release, IsReadFromItsFirstLine) {
  const ReleaseFile release = parse_release(GetParam().text);

  EXPECT_EQ(release.spark, GetParam().release.spark);
  EXPECT_EQ(release.revision, GetParam().release.revision);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Release,
    testing::Values(
        ReleaseCase{"of_a_distribution",
                    "Spark 4.0.1 (git revision 29434ea766b) built for Hadoop 3.4.1\n"
                    "Build flags: -B -Pkubernetes -Phive\n",
                    {"4.0.1", "29434ea766b"}},
        ReleaseCase{"of_a_vendor",
                    "Spark 3.5.1-amzn-0 (git revision 1a2b3c) built for Hadoop 3.3.6-amzn-3",
                    {"3.5.1-amzn-0", "1a2b3c"}},
        ReleaseCase{"built_without_git", "Spark 3.5.1 built for Hadoop 3.3.4\n", {"3.5.1", ""}},
        ReleaseCase{"of_an_image_without_distribution", "", {}},
        ReleaseCase{"with_carriage_returns", "Spark 3.5.1\r\nBuild flags:\r\n", {"3.5.1", ""}},
        ReleaseCase{"cut_off", "Spark 3.5.1 (git revision ", {"3.5.1", ""}},
        ReleaseCase{"of_something_else", "PRETTY_NAME=\"Spark 9\"\n", {}},
        ReleaseCase{"with_the_words_further_down", "x\nSpark 9 (git revision a)\n", {}},
        ReleaseCase{"that_steers_a_terminal", "Spark \x1b[31m4.0.1\n", {}},
        ReleaseCase{"without_end", "Spark " + std::string(60'000, '4'), {}}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace sparkwarden::probes::runtime
