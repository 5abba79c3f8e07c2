// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "exporters/report/json.hpp"
#include "exporters/status/status_json.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/pretty_json.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;

json::value schema(const std::string& name) {
  std::ifstream file(std::string(SPARKWARDEN_SOURCE_DIR) + "/docs/schemas/" + name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return json::parse(text);
}

TEST(ReportJson, OfARealisticPodIsAsReviewed) {
  const std::string report = tests::pretty_json(report_json(tests::a_document()));

  EXPECT_EQ(report, tests::golden("report.json", report));
}

TEST(ReportJson, FollowsItsSchema) {
  const json::value report = json::parse(report_json(tests::a_document()));

  EXPECT_EQ(tests::schema_violations(schema("report.schema.json"), report),
            std::vector<std::string>{});
}

TEST(ReportJson, OfNothingFollowsItsSchema) {
  const json::value report = json::parse(report_json({}));

  EXPECT_EQ(tests::schema_violations(schema("report.schema.json"), report),
            std::vector<std::string>{});
  EXPECT_EQ(report.at("summary"),
            (json::value{{"error", 0}, {"warning", 0}, {"info", 0}, {"unknown", 0}}));
}

TEST(StatusJson, FollowsItsSchema) {
  const Snapshot snapshot = tests::a_snapshot();
  const Readiness readiness = decide(snapshot, ReadyPolicy::verdict, tests::kNow);

  NoticeTable executors;
  (void)executors.hear({.pod = "exec-3",
                        .executor = "3",
                        .verdict = Verdict::fail,
                        .code = "python.package.differs",
                        .subject = "numpy"},
                       tests::kNow);
  (void)executors.hear({.pod = "exec-4", .verdict = Verdict::pass}, tests::kNow);
  const json::value status =
      json::parse(status_json(snapshot, readiness, tests::an_agent(), &executors, tests::kNow));

  EXPECT_EQ(tests::schema_violations(schema("status.schema.json"), status),
            std::vector<std::string>{});
}

TEST(ReportSchema, RefusesWhatIsNoReport) {
  const json::value report = json::parse(
      R"({"version":2,"tool":{"name":"x"},"findings":[{"code":"a b","severity":"fatal"}],)"
      R"("unlooked":[],"checks":[],"summary":{},"more":1})");

  const std::vector<std::string> violations =
      tests::schema_violations(schema("report.schema.json"), report);

  EXPECT_EQ(violations,
            (std::vector<std::string>{"/: unknown member more",
                                      "/version: 2 is not allowed",
                                      "/tool: no version",
                                      "/findings/0: no message",
                                      "/findings/0: no subject",
                                      "/findings/0: no related",
                                      "/findings/0: no effect",
                                      "/findings/0: no fix",
                                      "/findings/0/code: \"a b\" does not match",
                                      "/findings/0/severity: \"fatal\" is not allowed",
                                      "/summary: no error",
                                      "/summary: no warning",
                                      "/summary: no info",
                                      "/summary: no unknown"}));
}

}  // namespace
}  // namespace sparkwarden::exporters
