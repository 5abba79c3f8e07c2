// SPDX-License-Identifier: Apache-2.0
#include "probes/python/record.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::python {
namespace {

constexpr const char* kByPip =
    "../../../bin/tool,sha256=AAAA,200\n"
    "pkg/__init__.py,sha256=BBBB,10\n"
    "pkg/__pycache__/__init__.cpython-311.pyc,,\n"
    "pkg-1.0.dist-info/INSTALLER,sha256=CCCC,4\n"
    "pkg-1.0.dist-info/METADATA,sha256=DDDD,90\n"
    "pkg-1.0.dist-info/RECORD,,\n"
    "pkg-1.0.dist-info/REQUESTED,sha256=EEEE,0\n"
    "pkg-1.0.dist-info/direct_url.json,sha256=FFFF,70\n";

struct Case {
  std::string name;
  std::string text;
  bool equal;
};

class Records : public testing::TestWithParam<Case> {};

TEST_P(Records, HaveOneDigestWhereTheyListTheSameContent) {
  ASSERT_EQ(digest_of_record(kByPip).size(), 64U);

  EXPECT_EQ(digest_of_record(GetParam().text) == digest_of_record(kByPip), GetParam().equal);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Records,
    testing::Values(
        Case{"by_uv",
             "pkg-1.0.dist-info/INSTALLER,sha256=GGGG,2\n"
             "pkg-1.0.dist-info/METADATA,sha256=DDDD,90\n"
             "pkg-1.0.dist-info/RECORD,,\n"
             "pkg-1.0.dist-info/uv_cache.json,sha256=HHHH,9\n"
             "pkg/__init__.py,sha256=BBBB,10\n",
             true},
        Case{"other_prefix",
             "/opt/venv/bin/tool,sha256=IIII,222\n"
             "../../../../local/bin/tool,sha256=IIII,222\n"
             "pkg/__init__.py,sha256=BBBB,10\n"
             "pkg-1.0.dist-info/METADATA,sha256=DDDD,90\n",
             true},
        Case{"crlf_and_no_end",
             "pkg/__init__.py,sha256=BBBB,10\r\npkg-1.0.dist-info/METADATA,sha256=DDDD,90",
             true},
        Case{"quoted",
             "\"pkg/__init__.py\",\"sha256=BBBB\",10\n"
             "\"pkg-1.0.dist-info/METADATA\",sha256=DDDD,\"90\"\n",
             true},
        Case{"other_content",
             "pkg/__init__.py,sha256=ZZZZ,10\npkg-1.0.dist-info/METADATA,sha256=DDDD,90\n",
             false},
        Case{"a_file_more",
             "pkg/__init__.py,sha256=BBBB,10\npkg/more.py,sha256=JJJJ,1\n"
             "pkg-1.0.dist-info/METADATA,sha256=DDDD,90\n",
             false},
        Case{"another_name",
             "pkg/init.py,sha256=BBBB,10\npkg-1.0.dist-info/METADATA,sha256=DDDD,90\n",
             false}),
    [](const auto& row) { return row.param.name; });

TEST(Record, CommasQuotesAndLineEndsInNamesDivideNothing) {
  const std::string comma = digest_of_record("\"a,b\",sha256=X,1\n");

  EXPECT_NE(comma, digest_of_record("a,b,sha256=X,1\n"));
  EXPECT_NE(comma, digest_of_record("b,sha256=X,1\n"));
  EXPECT_EQ(comma, digest_of_record("\"a,b\",\"sha256=X\",\n"));
  EXPECT_NE(digest_of_record("\"a\"\"b\",sha256=X,1\n"), digest_of_record("ab,sha256=X,1\n"));
  EXPECT_NE(digest_of_record("\"a\nb,sha256=Y,\",sha256=X,1\n"),
            digest_of_record("a\nb,sha256=X,1\n"));
}

TEST(Record, WithoutHashesThereIsNoDigest) {
  EXPECT_EQ(digest_of_record(""), "");
  EXPECT_EQ(digest_of_record("\n\r\n,,\n"), "");
  EXPECT_EQ(digest_of_record("a,,\nb,,3\n"), "");
  EXPECT_EQ(digest_of_record("pkg-1.0.dist-info/RECORD,sha256=X,1\n"), "");
  EXPECT_EQ(digest_of_record("\""), "");
}

TEST(Record, AHostileOneIsBounded) {
  std::string rows;
  for (int i = 0; i < 600'000; ++i) rows += "a,sha256=X\n";

  EXPECT_EQ(digest_of_record(rows), "");
}

TEST(Record, TheOrderOfRowsDoesNotCount) {
  EXPECT_EQ(digest_of_record("b,sha256=Y,1\na,sha256=X,1\n"),
            digest_of_record("a,sha256=X,1\nb,sha256=Y,1\n"));
}

}  // namespace
}  // namespace sparkwarden::probes::python
