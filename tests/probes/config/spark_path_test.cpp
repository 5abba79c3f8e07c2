// SPDX-License-Identifier: Apache-2.0
#include "probes/config/spark_path.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

struct PathCase {
  const char* name;
  std::string text;
  SparkPath parsed;
};

class SparkPaths : public testing::TestWithParam<PathCase> {};

TEST_P(SparkPaths, SplitIntoSchemeAndPath) {
  const SparkPath parsed = parse_spark_path(GetParam().text);

  EXPECT_EQ(parsed.scheme, GetParam().parsed.scheme);
  EXPECT_EQ(parsed.path, GetParam().parsed.path);
}

INSTANTIATE_TEST_SUITE_P(Forms,
                         SparkPaths,
                         testing::Values(PathCase{"Plain", "/a/b", {"", "/a/b"}},
                                         PathCase{"Relative", "a", {"", "a"}},
                                         PathCase{"FileOneSlash", "file:/a", {"file", "/a"}},
                                         PathCase{"FileThreeSlashes", "file:///a", {"file", "/a"}},
                                         PathCase{"FileWithHost", "FILE://h/a", {"file", "/a"}},
                                         PathCase{"FileHostOnly", "file://h", {"file", "/"}},
                                         PathCase{"Local", "local:///a", {"local", "/a"}},
                                         PathCase{"S3a", "s3a://b/a", {"s3a", "//b/a"}},
                                         PathCase{"ColonInPath", "/a:b/c", {"", "/a:b/c"}},
                                         PathCase{"Empty", "", {"", ""}}),
                         by_name);

struct CanonicalCase {
  const char* name;
  std::string text;
  std::string canonical;
};

class Canonical : public testing::TestWithParam<CanonicalCase> {};

TEST_P(Canonical, HasOneSpellingPerDirectory) {
  EXPECT_EQ(canonical(GetParam().text), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(Spellings,
                         Canonical,
                         testing::Values(CanonicalCase{"Plain", "/a/b", "/a/b"},
                                         CanonicalCase{"TrailingSlash", "/a/", "/a"},
                                         CanonicalCase{"DoubleSlash", "//a//b", "/a/b"},
                                         CanonicalCase{"Dots", "/./a/.", "/a"},
                                         CanonicalCase{"DotDotStays", "/a/../b", "/a/../b"},
                                         CanonicalCase{"Root", "//", "/"},
                                         CanonicalCase{"Relative", "a/./b/", "a/b"},
                                         CanonicalCase{"Empty", "", ""}),
                         by_name);

TEST(IsBelow, ComparesWholeComponents) {
  EXPECT_TRUE(is_below("/mnt/x/y", "/mnt/x/"));
  EXPECT_TRUE(is_below("/mnt/x", "/mnt/x"));
  EXPECT_TRUE(is_below("/mnt", "/"));
  EXPECT_FALSE(is_below("/mnt/xy", "/mnt/x"));
  EXPECT_FALSE(is_below("/mnt", "/mnt/x"));
  EXPECT_FALSE(is_below("/mnt", ""));
}

}  // namespace
}  // namespace sparkwarden::probes::config
