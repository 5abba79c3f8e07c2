// SPDX-License-Identifier: Apache-2.0
// Spark's loader of properties files, and ours beside it: docs/decisions/0017.
#include "probes/config/properties.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/differences.hpp"
#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using probes::config::parse_properties;
using testing::HasSubstr;

using Map = std::map<std::string, std::string>;

/// What Spark loaded; a map that says so where it threw.
Map loaded(const json::object& answer) {
  if (answer.contains("errors")) return {{"", "Spark refuses the file"}};
  Map all;
  for (const auto& entry : answer.at("properties").as_object()) {
    all.emplace(entry.key(), entry.value().as_string());
  }
  return all;
}

/// What we believe that Spark loads.
Map believed(const std::string& file) {
  const auto properties = parse_properties(file);
  using enum probes::config::PropertiesProblem::Kind;
  if (properties.has(bad_unicode_escape)) return {{"", "Spark refuses the file"}};
  Map all;
  for (const auto& entry : properties.entries) all[entry.key.text] = entry.value.text;
  return all;
}

class PropertiesFile : public OnSpark {
 protected:
  [[nodiscard]] static json::object load(const std::string& file) {
    return ask({{"ask", "properties"}, {"hex", tests::hex(file)}});
  }
};

TEST_P(PropertiesFile, EdgeCasesLoadAsWeSay) {
  const std::vector<std::pair<std::string, Map>> table{
      {"\xEF\xBB\xBFspark.a 1\n", {{"\xEF\xBB\xBFspark.a", "1"}}},
      {"spark.a  =  1  \n", {{"spark.a", "1"}}},
      {"spark.a == 1\n", {{"spark.a", "= 1"}}},
      {"spark.a 1 # note\n", {{"spark.a", "1 # note"}}},
      {"spark.a \"1\"\n", {{"spark.a", "\"1\""}}},
      {"spark.a 1\nspark.a 2\n", {{"spark.a", "2"}}},
      {"spark.a\nspark.b=\n", {{"spark.a", ""}, {"spark.b", ""}}},
      {"spark.a one\\\n    two\n", {{"spark.a", "onetwo"}}},
      {"spark.a C:\\new\\temp\n", {{"spark.a", "C:\new\temp"}}},
      {"spark.a \\n\n", {{"spark.a", "\n"}}},
      {"spark.a x\\t\n", {{"spark.a", "x"}}},
      {"spark.a \xFC\n", {{"spark.a", "\xEF\xBF\xBD"}}},
      {"# spark.a 1\\\nspark.b 2\n", {{"spark.b", "2"}}},
  };
  for (const auto& [file, expected] : table) {
    SCOPED_TRACE(file);
    EXPECT_EQ(loaded(load(file)), expected);
    EXPECT_EQ(believed(file), expected);
  }
}

TEST_P(PropertiesFile, WithABadEscapeIsLostAsAWhole) {
  const json::object answer = load("spark.a 1\nspark.path C:\\users\\x\n");

  EXPECT_EQ(error(answer), "java.lang.IllegalArgumentException: Malformed \\uxxxx encoding.");
}

TEST_P(PropertiesFile, AndOursDifferInNothingThatCanBeWritten) {
  // No half of a UTF-16 pair: Java keeps it, and UTF-8 cannot tell it from U+FFFD.
  const std::vector<std::string_view> pieces{"spark.a",
                                             "spark.b",
                                             "k",
                                             "x",
                                             "1",
                                             " ",
                                             "\t",
                                             "\f",
                                             "=",
                                             ":",
                                             "#",
                                             "!",
                                             "\\",
                                             "\\\\",
                                             "\n",
                                             "\r",
                                             "\r\n",
                                             "\n\n",
                                             "\\\n",
                                             "\\\r\n",
                                             "\\t",
                                             "\\n",
                                             "\\r",
                                             "\\f",
                                             "\\u0041",
                                             "\\u00e9",
                                             "\\u0",
                                             "\\uD83D\\uDE00",

                                             "\\u000a",
                                             "\"",
                                             "\xC3\xA9",
                                             "\xF0\x9F\x98\x80",
                                             "\xFF",
                                             "\xC3",
                                             "\xE2\x82",
                                             "\xED\xA0\x80",
                                             "\xE0\x80",
                                             "\xA9",
                                             "\x80\xBF",
                                             "\xF4\x90",
                                             "\xF5\x80",
                                             "\xF0\x9F",
                                             "\xC2\xA0",
                                             "\xC2\x85",
                                             "\xE2\x80\xA8",
                                             "\xEF\xBB\xBF",
                                             "\x0B",
                                             "\x1F",
                                             "\x7F"};
  Choices choose(20261126);
  std::vector<std::string> files;
  std::vector<json::object> questions;
  while (files.size() < 10000) {
    std::string file;
    for (std::size_t left = 1 + choose.below(14); left > 0; --left) file += choose.of(pieces);
    questions.push_back({{"ask", "properties"}, {"hex", tests::hex(file)}});
    files.push_back(std::move(file));
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  int refused = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Map expected = loaded(answers[i]);
    refused += expected == Map{{"", "Spark refuses the file"}} ? 1 : 0;
    ASSERT_EQ(believed(files[i]), expected) << "for " << testing::PrintToString(files[i]);
  }
  // Both halves of the claim were tried.
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 7000);
}

INSTANTIATE_ON_SPARK(PropertiesFile);

class Submit : public OnSpark {
 protected:
  [[nodiscard]] static json::object submit(const json::object& files,
                                           const json::array& arguments) {
    return ask({{"ask", "submit"}, {"files", files}, {"arguments", arguments}});
  }
};

TEST_P(Submit, ReadsDefaultsAndDropsWhatIsNotSparks) {
  const json::object answer = submit({{"spark-defaults.conf",
                                       tests::hex("spark.a 1\nspark.b 1\nhadoop.x 1\nSpark.c 1\n"
                                                  "spark.typo.of.no.meaning 1\n")}},
                                     {"--conf", "spark.b=2"});

  EXPECT_EQ(loaded(answer),
            (Map{{"spark.a", "1"}, {"spark.b", "2"}, {"spark.typo.of.no.meaning", "1"}}));
  EXPECT_EQ(logged(answer, "Ignoring non-Spark config property: hadoop.x"), 1);
  EXPECT_EQ(logged(answer, "Ignoring non-Spark config property: Spark.c"), 1);
}

TEST_P(Submit, LosesTheFirstKeyToAByteOrderMark) {
  const json::object answer =
      submit({{"spark-defaults.conf", tests::hex("\xEF\xBB\xBFspark.a 1\nspark.b 1\n")}}, {});

  EXPECT_EQ(loaded(answer), (Map{{"spark.b", "1"}}));
  EXPECT_EQ(logged(answer, "Ignoring non-Spark config property: \xEF\xBB\xBFspark.a"), 1);
}

TEST_P(Submit, IgnoresDefaultsBesideAPropertiesFile) {
  const json::object files{{"spark-defaults.conf", tests::hex("spark.a 1\n")},
                           {"mine.conf", tests::hex("spark.b 1\n")}};

  EXPECT_EQ(loaded(submit(files, {"--properties-file", "@mine.conf"})), (Map{{"spark.b", "1"}}));
  if (is_3()) {
    EXPECT_THAT(error(submit(files, {"--load-spark-defaults"})),
                HasSubstr("--load-spark-defaults"));
    return;
  }
  EXPECT_EQ(loaded(submit(files, {"--properties-file", "@mine.conf", "--load-spark-defaults"})),
            (Map{{"spark.a", "1"}, {"spark.b", "1"}}));
}

TEST_P(Submit, TakesAnAbsentFileForAnEmptyOne) {
  EXPECT_EQ(loaded(submit({{"core-site.xml", tests::hex("")}}, {})), Map{});
}

INSTANTIATE_ON_SPARK(Submit);

}  // namespace
}  // namespace sparkwarden
