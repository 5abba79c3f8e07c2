// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/fixes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::optional<Mended> mended(const std::string& path, const std::string& text) {
  return mend(source_of({path, false}, text));
}

/// The text after mending; the same when there is nothing to mend.
std::string mended_text(const std::string& path, const std::string& text) {
  const auto result = mended(path, text);
  return result ? result->text() : text;
}

std::string xml(const std::string& name, const std::string& value) {
  return "<configuration>\n  <property>\n    <name>" + name + "</name>\n    <value>" + value +
         "</value>\n  </property>\n</configuration>\n";
}

TEST(Fixes, ALineThatRepeatsAKeyWithItsValueGoes) {
  const auto result = mended("spark-defaults.conf", "spark.a 1\n# c\nspark.b 2\nspark.a=1\n");

  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->text(), "# c\nspark.b 2\nspark.a=1\n");
  EXPECT_THAT(result->fixes, ElementsAre(Fix{1, "spark.a stands with the same value in line 4"}));
}

TEST(Fixes, TwoValuesAreADecisionAndStay) {
  const std::string text = "spark.a 1\nspark.a 2\nspark.a 1\n";

  EXPECT_EQ(mended_text("spark-defaults.conf", text), text);
}

TEST(Fixes, AnEntryOverSeveralLinesStays) {
  const std::string text = "spark.a x\\\n  y\nspark.a xy\n";

  EXPECT_EQ(mended_text("spark-defaults.conf", text), text);
}

TEST(Fixes, AByteOrderMarkAndCarriageReturnsGo) {
  EXPECT_EQ(mended_text("spark-defaults.conf", "\xEF\xBB\xBFspark.a 1\r\nspark.b 2\r\n"),
            "spark.a 1\nspark.b 2\n");
}

TEST(Fixes, BlanksAroundAHadoopValueGo) {
  EXPECT_EQ(mended_text("core-site.xml", xml("fs.s3a.endpoint", " http://s3 ")),
            xml("fs.s3a.endpoint", "http://s3"));
  EXPECT_EQ(mended_text("core-site.xml", xml("fs.s3a.endpoint", "\n      http://s3\n    ")),
            xml("fs.s3a.endpoint", "http://s3"));
}

TEST(Fixes, BlanksThatMayBeMeantStay) {
  for (const std::string& text :
       {xml("textinputformat.record.delimiter", " x "), xml("a", "  "), xml("a", " &lt;b&gt; ")}) {
    EXPECT_EQ(mended_text("core-site.xml", text), text);
  }
}

TEST(Fixes, AFileThatDoesNotParseStays) {
  const std::string text = "<configuration>\n<property><name>a</name><value> b </value>\n";

  EXPECT_EQ(mended_text("core-site.xml", text), text);
}

TEST(Fixes, WhatIsMendedStaysSo) {
  for (const auto& [path, text] :
       {std::pair<std::string, std::string>{"spark-defaults.conf",
                                            "\xEF\xBB\xBFspark.a 1\r\nspark.a 1\r\nspark.a 1"},
        {"core-site.xml", xml("a", " b ") + xml("c", "\r\n d")}}) {
    const std::string once = mended_text(path, text);

    EXPECT_FALSE(mended(path, once).has_value()) << once;
  }
}

TEST(Fixes, TheLastLineKeepsItsMissingEnd) {
  EXPECT_EQ(mended_text("spark-defaults.conf", "spark.a 1\nspark.a 1"), "spark.a 1");
}

TEST(Fixes, AreShownAsADiff) {
  const auto result = mended("spark-defaults.conf",
                             "spark.a 1\nspark.b 2\nspark.c 3\nspark.d 4\nspark.e 5\nspark.a 1\n");

  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(unified_diff(*result),
            "--- spark-defaults.conf\n"
            "+++ spark-defaults.conf\n"
            "@@ -1,4 +1,3 @@\n"
            "-spark.a 1\n"
            " spark.b 2\n"
            " spark.c 3\n"
            " spark.d 4\n");
}

TEST(Fixes, SecretsStayHiddenInTheDiff) {
  const auto result = mended("core-site.xml", xml("fs.s3a.secret.key", " hunter2hunter2 "));

  ASSERT_TRUE(result.has_value());
  EXPECT_THAT(unified_diff(*result), Not(HasSubstr("hunter2")));
  EXPECT_THAT(result->text(), HasSubstr("<value>hunter2hunter2</value>"));
}

}  // namespace
}  // namespace sparkwarden::lint
