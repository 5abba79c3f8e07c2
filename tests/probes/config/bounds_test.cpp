// SPDX-License-Identifier: Apache-2.0
// Files made to take for ever: each ends in a finding, or in a word why it was not judged. What
// they cost is measured by bench/parsers.sh.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/rules.hpp"
#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kDeep = 100'000;
constexpr std::size_t kMebibyte = 1 << 20;

std::string repeated(const std::string& text, int times) {
  std::string all;
  all.reserve(text.size() * static_cast<std::size_t>(times));
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

/// Code and place of each finding, ? before what was not judged.
std::vector<std::string> told(const Judgement& judgement) {
  std::vector<std::string> all;
  for (const Finding& finding : judgement.findings) {
    const Location at = finding.location.value_or(Location{});
    all.push_back(finding.code + " " + std::to_string(at.line) + ":" + std::to_string(at.column));
  }
  for (const Unlooked& each : judgement.unlooked) all.push_back("?" + each.code);
  return all;
}

std::vector<std::string> of_xml(const std::string& text) {
  return told(judge(CoreSiteFile{"f", parse_hadoop_xml(text)}));
}
std::vector<std::string> of_template(const std::string& text) {
  return told(judge(TemplateFile{"f", parse_pod_template(text)}));
}
std::vector<std::string> of_defaults(const std::string& text) {
  return told(judge(DefaultsFile{"f", parse_properties(text)}));
}

TEST(Bounds, OfNestingInXmlAreHadoops) {
  EXPECT_THAT(of_xml(repeated("<a>", kDeep)), ElementsAre("config.core-site.malformed 1:3001"));
}

TEST(Bounds, OfNestingInYamlAndJson) {
  for (const std::string& text : {repeated("[", kDeep) + repeated("]", kDeep),
                                  repeated("{a: ", kDeep) + "1" + repeated("}", kDeep),
                                  repeated("{\"a\":", kDeep) + "1" + repeated("}", kDeep),
                                  repeated("- ", kDeep) + "x",
                                  repeated("? ", kDeep) + "x"}) {
    EXPECT_THAT(of_template(text), ElementsAre("?config.file.not-judged")) << text.substr(0, 8);
  }
}

TEST(Bounds, OfADocumentNameThePlaceWhereItWasLeft) {
  const Judgement judgement = judge(TemplateFile{
      "f", parse_pod_template("spec:\n  a: " + repeated("[", 70) + repeated("]", 70) + "\n")});

  ASSERT_EQ(judgement.unlooked.size(), 1);
  EXPECT_THAT(judgement.unlooked.front().message,
              HasSubstr("nested more than 64 deep (line 2, column 68)"));
}

TEST(Bounds, OfLaughsInYamlXmlAndVariables) {
  std::string yaml = "a0: &a0 [x, x]\n";
  std::string entities;
  std::string properties = "<property name='v0' value='" + std::string(1000, 'x') + "'/>";
  for (int i = 1; i < 2000; ++i) {
    const std::string name = std::to_string(i);
    const std::string before = std::to_string(i % 20 == 0 ? 0 : i - 1);
    yaml += "a" + name + ": &a" + name + " [*a" + before + ", *a" + before + "]\n";
    entities += "<!ENTITY a" + name + " \"&a" + before + ";&a" + before + ";\">";
    properties += "<property name='v" + name + "' value='${v" + before + "}${v" + before + "}'/>";
  }

  EXPECT_THAT(of_template(yaml), ElementsAre("?config.file.not-judged"));
  EXPECT_THAT(of_xml("<!DOCTYPE c [" + entities + "]><c>&a1999;</c>"),
              ElementsAre("?config.file.not-judged"));
  EXPECT_THAT(of_xml("<c>" + properties + "</c>").back(), "?config.file.not-judged");
}

TEST(Bounds, OfOneLineOfAMebibyte) {
  const std::string line(kMebibyte, 'x');

  EXPECT_THAT(of_xml("<c><property name='a' value='" + line + "'/></c>"), IsEmpty());
  EXPECT_THAT(of_xml(line), ElementsAre("config.core-site.malformed 1:1"));
  EXPECT_THAT(of_defaults("spark.a " + line), IsEmpty());
  EXPECT_THAT(of_defaults(line), ElementsAre("config.defaults.not-spark 1:1"));
  EXPECT_THAT(of_defaults("spark.a " + line + "\\u00"),
              ElementsAre("config.defaults.malformed 1:1048585"));
  EXPECT_THAT(of_template("a: " + line), ElementsAre("template.file.malformed 1:1"));
  EXPECT_THAT(of_template("{\"a\": \"" + line + "\"}"), ElementsAre("template.file.malformed 1:1"));
  EXPECT_THAT(of_template("[" + line), ElementsAre("template.file.malformed 1:1"));
}

TEST(Bounds, OfManyValuesInOneLine) {
  EXPECT_THAT(of_template("{\"a\":[" + repeated("1,", 200'000) + "1]}"),
              ElementsAre("?config.file.not-judged"));
  EXPECT_THAT(of_template(repeated("\"", 400'000)), ElementsAre("?config.file.not-judged"));
}

TEST(Bounds, OfOneEntryOfManyLines) {
  EXPECT_THAT(of_defaults("spark.a " + repeated("x\\\n", 300'000) + "\\u1"),
              ElementsAre("config.defaults.malformed 300001:1"));
}

}  // namespace
}  // namespace sparkwarden::probes::config
