// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/glob.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::lint {
namespace {

struct GlobCase {
  const char* name;
  const char* pattern;
  const char* path;
  bool covers;
};

class Glob : public testing::TestWithParam<GlobCase> {};

TEST_P(Glob, CoversWhatAShellWould) {
  EXPECT_EQ(glob_match(GetParam().pattern, GetParam().path), GetParam().covers);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    Glob,
    testing::Values(GlobCase{"literal", "a/b.conf", "a/b.conf", true},
                    GlobCase{"star", "*.conf", "spark.conf", true},
                    GlobCase{"star_stops_at_a_slash", "*.conf", "a/spark.conf", false},
                    GlobCase{"two_stars", "**/*.conf", "a/b/spark.conf", true},
                    GlobCase{"two_stars_may_be_nothing", "**/*.conf", "spark.conf", true},
                    GlobCase{"two_stars_between", "a/**/b", "a/b", true},
                    GlobCase{"two_stars_at_the_end", "vendor/**", "vendor/a/b", true},
                    GlobCase{"question", "app-?.yaml", "app-1.yaml", true},
                    GlobCase{"question_is_one", "app-?.yaml", "app-12.yaml", false},
                    GlobCase{"set", "app-[a-c].yaml", "app-b.yaml", true},
                    GlobCase{"negated_set", "app-[!a-c].yaml", "app-b.yaml", false},
                    GlobCase{"whole_path", "a", "ab", false}),
    [](const auto& each) { return each.param.name; });

TEST(GlobTime, ManyStarsDoNotBacktrack) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";

  EXPECT_FALSE(glob_match(pattern, std::string(2000, 'a') + "b"));
}

}  // namespace
}  // namespace sparkwarden::lint
