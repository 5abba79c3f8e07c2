// SPDX-License-Identifier: Apache-2.0
// The formats that other programs read.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/report/json.hpp"
#include "exporters/report/junit.hpp"
#include "exporters/report/line_formats.hpp"
#include "exporters/report/sarif.hpp"
#include "exporters/report/text.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/pretty_json.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A linted repository: one of everything, with text that must be escaped.
ReportDocument a_lint() {
  ReportDocument document = tests::a_document();
  document.noun = "application";
  document.timed = false;
  constexpr Code kRow{"nfs.export.read-only", Severity::error, "read-only", "no writes", "rw"};
  document.rules = {kRow};
  Finding hostile{.code = "config.defaults.not-spark",
                  .severity = Severity::warning,
                  .subject = "a,b:c",
                  .message = "50% of `<a & \"b\">`\r\nis\x1b[31m no key"};
  hostile.location = {
      .path = "conf dir/caf\xC3\xA9,1:2.conf", .line = 3, .column = 5, .end_column = 8};
  document.checks[0].findings.push_back(hostile);
  hostile.severity = Severity::info;
  hostile.location.reset();
  document.checks[0].suppressed.push_back({hostile, "our <launcher>", true});
  return document;
}

std::optional<std::string> source_line(const std::string& path, int line) {
  if (line != 3 || path.find("caf") == std::string::npos) return std::nullopt;
  return "\xC3\xA9\xC3\xA9"
         "abc def";
}

std::string sarif_text() {
  return report_sarif(a_lint(), {.source_line = source_line, .help = [](std::string_view code) {
                                   return code == "nfs.export.read-only"
                                              ? std::string_view("## page\n")
                                              : std::string_view();
                                 }});
}

json::value sarif() {
  return json::parse(sarif_text());
}

TEST(ReportFormats, ShortIsAsReviewed) {
  const std::string text = report_short(a_lint(), false);

  EXPECT_EQ(text, tests::golden("report-short.txt", text));
}

TEST(ReportFormats, GccIsAsReviewed) {
  const std::string text = report_gcc(a_lint());

  EXPECT_EQ(text, tests::golden("report-gcc.txt", text));
}

TEST(ReportFormats, GithubIsAsReviewed) {
  const std::string text = report_github(a_lint());

  EXPECT_EQ(text, tests::golden("report-github.txt", text));
  EXPECT_THAT(text, HasSubstr("file=conf dir/caf\xC3\xA9%2C1%3A2.conf,line=3,col=5,"));
  EXPECT_THAT(text, HasSubstr("50%25 of `<a & \"b\">`%0D%0Ais"));
}

TEST(ReportFormats, JunitIsAsReviewed) {
  const std::string text = report_junit(a_lint(), Severity::error);

  EXPECT_EQ(text, tests::golden("report-junit.xml", text));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ReportFormats, JunitFailsForWhatTheExitCodeFailsFor) {
  EXPECT_THAT(report_junit(a_lint(), Severity::error), HasSubstr("tests=\"3\" failures=\"1\""));
  EXPECT_THAT(report_junit(a_lint(), Severity::warning), HasSubstr("tests=\"3\" failures=\"2\""));
}

TEST(ReportFormats, SarifIsAsReviewed) {
  const std::string text = tests::pretty_json(sarif_text());

  EXPECT_EQ(text, tests::golden("report.sarif", text));
}

/// The parts of sarif-schema-2.1.0 that are used here, written down from its text: what is
/// required, which words an enumeration has, and no member that the standard does not name.
constexpr std::string_view kSarifSchema = R"({
"type":"object","required":["version","runs"],"additionalProperties":false,"properties":{
 "$schema":{"type":"string"},"version":{"const":"2.1.0"},
 "runs":{"type":"array","items":{"type":"object","required":["tool"],"additionalProperties":false,"properties":{
  "tool":{"type":"object","required":["driver"],"additionalProperties":false,"properties":{
   "driver":{"type":"object","required":["name"],"additionalProperties":false,"properties":{
    "name":{"type":"string"},"semanticVersion":{"type":"string"},
    "rules":{"type":"array","items":{"type":"object","required":["id"],"additionalProperties":false,"properties":{
     "id":{"type":"string"},"shortDescription":{"$ref":"#/$defs/message"},"help":{"$ref":"#/$defs/message"},
     "defaultConfiguration":{"type":"object","additionalProperties":false,"properties":{"level":{"$ref":"#/$defs/level"}}},
     "properties":{"type":"object","additionalProperties":false,"properties":{"tags":{"type":"array","items":{"type":"string"}}}}}}}}}}},
  "invocations":{"type":"array","items":{"type":"object","required":["executionSuccessful"],"additionalProperties":false,"properties":{
   "executionSuccessful":{"type":"boolean"},
   "toolExecutionNotifications":{"type":"array","items":{"type":"object","required":["message"],"additionalProperties":false,"properties":{
    "level":{"$ref":"#/$defs/level"},"message":{"$ref":"#/$defs/message"},
    "descriptor":{"type":"object","additionalProperties":false,"properties":{"id":{"type":"string"}}}}}}}}},
  "columnKind":{"enum":["utf16CodeUnits","unicodeCodePoints"]},
  "results":{"type":"array","items":{"type":"object","required":["message"],"additionalProperties":false,"properties":{
   "ruleId":{"type":"string"},"ruleIndex":{"type":"integer","minimum":0},"level":{"$ref":"#/$defs/level"},
   "message":{"$ref":"#/$defs/message"},"locations":{"type":"array","items":{"$ref":"#/$defs/location"}},
   "relatedLocations":{"type":"array","items":{"$ref":"#/$defs/location"}},
   "partialFingerprints":{"type":"object","additionalProperties":false,"properties":{"sparkwarden/v1":{"type":"string"}}},
   "suppressions":{"type":"array","items":{"type":"object","required":["kind"],"additionalProperties":false,"properties":{
    "kind":{"enum":["inSource","external"]},
    "justification":{"type":"string"}}}}}}}}}}},
"$defs":{
 "level":{"enum":["none","note","warning","error"]},
 "message":{"type":"object","required":["text"],"additionalProperties":false,"properties":{"text":{"type":"string"},"markdown":{"type":"string"}}},
 "location":{"type":"object","additionalProperties":false,"properties":{
  "id":{"type":"integer","minimum":0},"message":{"$ref":"#/$defs/message"},
  "physicalLocation":{"type":"object","required":["artifactLocation"],"additionalProperties":false,"properties":{
   "artifactLocation":{"type":"object","required":["uri"],"additionalProperties":false,"properties":{"uri":{"type":"string","pattern":"^[A-Za-z0-9%._~/@+=,:-]+$"}}},
   "region":{"type":"object","required":["startLine"],"additionalProperties":false,"properties":{
    "startLine":{"type":"integer","minimum":1},"startColumn":{"type":"integer","minimum":1},"endColumn":{"type":"integer","minimum":1},
    "snippet":{"type":"object","required":["text"],"additionalProperties":false,"properties":{"text":{"type":"string"}}}}}}}}}}})";

TEST(ReportFormats, SarifFollowsItsSchema) {
  EXPECT_THAT(tests::schema_violations(json::parse(kSarifSchema), sarif()), IsEmpty());
}

TEST(ReportFormats, SarifCountsCharacters) {
  const json::value log = sarif();
  const json::array& results = log.at("runs").at(0).at("results").as_array();

  const auto region = results.at(1).at("locations").at(0).at("physicalLocation").at("region");
  EXPECT_EQ(region.at("startColumn").as_int64(), 3);  // after two characters of two bytes
  EXPECT_EQ(region.at("endColumn").as_int64(), 6);
}

TEST(ReportFormats, JsonWithWhatIsSuppressedFollowsItsSchema) {
  std::ifstream file(SPARKWARDEN_SOURCE_DIR "/docs/schemas/report.schema.json");
  const std::string schema(std::istreambuf_iterator<char>(file), {});
  const json::value report = json::parse(report_json(a_lint()));

  EXPECT_EQ(report.at("suppressed").at(0).at("reason").as_string(), "our <launcher>");
  EXPECT_THAT(tests::schema_violations(json::parse(schema), report), IsEmpty());
}

TEST(ReportText, ManyOfOneKindReadAsOne) {
  ReportDocument document;
  CheckReport check{.name = "conf", .verdict = Verdict::warn};
  for (int line = 1; line <= 200; ++line) {
    check.findings.push_back(tests::warning("config.defaults.not-spark"));
    check.findings.back().location = Location{.path = "a.conf", .line = line};
  }
  document.checks.push_back(check);

  const std::string text = report_text(document, {});

  EXPECT_LT(std::ranges::count(text, '\n'), 40);
  EXPECT_THAT(text, HasSubstr("config.defaults.not-spark, 199 more:\na.conf:2:"));
  EXPECT_THAT(text, HasSubstr("... and 179 more; --format short lists them all\n"));
  EXPECT_THAT(text, HasSubstr("200 warnings in 1 check\n"));
}

}  // namespace
}  // namespace sparkwarden::exporters
