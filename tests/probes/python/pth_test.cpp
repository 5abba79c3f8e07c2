// SPDX-License-Identifier: Apache-2.0
#include "probes/python/pth.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::python {
namespace {

struct Case {
  std::string name;
  std::string text;
  PthLines expected;
};

class Pth : public testing::TestWithParam<Case> {};

TEST_P(Pth, LinesArePathsOrCodeOrNothing) {
  EXPECT_EQ(parse_pth(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Pth,
    testing::Values(
        Case{"paths", "/a\nb c\n./d\n", {.paths = {"/a", "b c", "./d"}}},
        Case{"no_end_and_blanks_behind", "/a \t\n/b", {.paths = {"/a", "/b"}}},
        Case{"comments_and_blank_lines", "# /a\n\n  \t\n#\n", {}},
        Case{"code", "import os; os.x()\n/a\nimport\tos\n", {.paths = {"/a"}, .runs_code = {1, 3}}},
        Case{"no_code",
             "important\nimport\n import os\n",
             {.paths = {"important", "import", " import os"}}},
        Case{"crlf", "/a\r\nimport os\r\n/b\r\n", {.paths = {"/a", "/b"}, .runs_code = {2}}},
        Case{"cr", "/a\r/b\r", {.paths = {"/a", "/b"}}},
        Case{"bom", "\xef\xbb\xbf/a\n", {.paths = {"/a"}}},
        Case{"nul", std::string("/a\0b\n/c\n", 8), {.paths = {"/c"}}},
        Case{"empty", "", {}}),
    [](const auto& row) { return row.param.name; });

TEST(WellKnownPth, IsInEveryStockEnvironment) {
  EXPECT_TRUE(is_well_known_pth("distutils-precedence.pth"));
  EXPECT_TRUE(is_well_known_pth("google_auth-2.0-py3.11-nspkg.pth"));
  EXPECT_TRUE(is_well_known_pth("__editable__.mylib-1.0.pth"));
  EXPECT_FALSE(is_well_known_pth("mine.pth"));
  EXPECT_FALSE(is_well_known_pth("easy-install.pth"));
}

}  // namespace
}  // namespace sparkwarden::probes::python
