// SPDX-License-Identifier: Apache-2.0
#include "probes/python/metadata.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::python {
namespace {

struct Case {
  std::string name;
  std::string text;
  Metadata expected;
};

class Headers : public testing::TestWithParam<Case> {};

TEST_P(Headers, GiveNameAndVersion) {
  EXPECT_EQ(parse_metadata(GetParam().text), GetParam().expected);
}

Metadata whole(const std::string& name, const std::string& version) {
  return {.name = name, .version = version, .whole = true};
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Headers,
    testing::Values(
        Case{"usual",
             "Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\nSummary: x\n\nText\n",
             whole("numpy", "1.26.4")},
        Case{"crlf", "Name: a\r\nVersion: 1\r\n\r\nName: b\r\n", whole("a", "1")},
        Case{"bom", "\xef\xbb\xbfName: a\nVersion: 1\n\n", whole("a", "1")},
        Case{"any_case_and_blanks", "NAME:  a \t\nversion:\t1 \n\n", whole("a", "1")},
        Case{"first_counts", "Name: a\nName: b\nVersion: 1\nVersion: 2\n\n", whole("a", "1")},
        Case{"description_does_not_count",
             "Name: a\n\nName: b\nVersion: 9\n",
             {.name = "a", .version = "", .whole = true}},
        Case{"continuation_does_not_count",
             "Summary: one\n Version: 9\n\tName: b\nName: a\nVersion: 1\n\n",
             whole("a", "1")},
        Case{"field_that_only_ends_so",
             "Metadata-Version: 2.1\nOld-Name: b\nName: a\nVersion: 1\n\n",
             whole("a", "1")},
        // email.feedparser takes such a line for the beginning of the description.
        Case{"no_header",
             "Name: a\nwhat is this\nVersion: 1\n\n",
             {.name = "a", .version = "", .whole = true}},
        Case{"only_headers", "Name: a\nVersion: 1", {.name = "a", .version = "1", .whole = false}},
        Case{"cut_in_the_version",
             "Name: a\nVersion: 1.2",
             {.name = "a", .version = "1.2", .whole = false}},
        Case{"cut_before", "Name: a\nRequires-Dist: b\n", {.name = "a"}},
        Case{"no_name", "Version: 1\n\n", {.name = "", .version = "1", .whole = true}},
        Case{"empty", "", {}},
        Case{"no_utf8", "Name: a\nVersion: 1\xff\n\n", whole("a", "1\xef\xbf\xbd")}),
    [](const auto& row) { return row.param.name; });

TEST(Metadata, AVeryLongValueIsCut) {
  EXPECT_EQ(parse_metadata("Name: " + std::string(100'000, 'a') + "\nVersion: 1\n\n").name.size(),
            512U);
}

}  // namespace
}  // namespace sparkwarden::probes::python
