// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/report/style.hpp"
#include "exporters/report/text.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"

namespace sparkwarden::exporters {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<std::string> source_line(const std::string& path, int line) {
  static const std::map<std::pair<std::string, int>, std::string> kLines{
      {{"/opt/spark/conf/executor-pod-template.yaml", 29},
       "      mountPath: /mnt/spark-checkpoints"},
      {{"/opt/spark/conf/spark-defaults.conf", 41},
       "spark.kubernetes.executor.volumes.nfs.checkpoint.mount.path=/mnt/spark-checkpoints"}};
  const auto found = kLines.find({path, line});
  if (found == kLines.end()) return std::nullopt;
  return found->second;
}

TextOptions options(bool colour = false, std::size_t width = 100) {
  return {.colour = colour, .width = width, .source_line = source_line};
}

ReportDocument document_of(Finding finding) {
  ReportDocument document{.tool_version = "1.2.3"};
  document.checks = {
      check_report(tests::a_report("storage", milliseconds{0}, tests::seen(std::move(finding))))};
  return document;
}

TEST(ReportText, OfARealisticPodIsAsReviewed) {
  const std::string text = report_text(tests::a_document(), options());

  EXPECT_EQ(text, tests::golden("report.txt", text));
}

TEST(ReportText, InColourIsAsReviewed) {
  const std::string text = report_text(tests::a_document(), options(true));

  EXPECT_EQ(text, tests::golden("report-colour.txt", text));
}

TEST(ReportText, OnANarrowTerminalIsAsReviewed) {
  const std::string text = report_text(tests::a_document(), options(false, 80));

  EXPECT_EQ(text, tests::golden("report-80.txt", text));
}

/// What `diff` finds between two images built months apart.
ReportDocument two_images() {
  const auto differs = [](Severity severity,
                          std::string code,
                          std::string subject,
                          std::optional<std::string> driver,
                          std::optional<std::string> executor) {
    Finding finding{.code = std::move(code), .severity = severity, .subject = std::move(subject)};
    finding.message = finding.subject + " is not the same";
    finding.expected = std::move(driver);
    finding.actual = std::move(executor);
    finding.effect = "ModuleNotFoundError: No module named 'numpy._core'";
    finding.fix = "install the same version in both images";
    return finding;
  };
  Observed python;
  python.findings = {
      differs(Severity::error, "python.package.differs", "numpy", "1.26.4", "2.1.0"),
      differs(Severity::warning, "python.package.missing", "mylib", "1.0", std::nullopt),
      differs(Severity::info, "python.package.extra", "rich", std::nullopt, "13.9.4")};
  Observed runtime;
  runtime.findings = {differs(Severity::warning,
                              "runtime.jar.version-differs",
                              "delta-spark_2.13",
                              std::string(40, '3'),
                              "4.0.0")};
  ReportDocument document{.tool_version = "1.2.3"};
  document.checks = {check_report(tests::a_report("python", milliseconds{0}, python)),
                     check_report(tests::a_report("runtime", milliseconds{0}, runtime))};
  return document;
}

TEST(DifferencesText, OfTwoImagesIsAsReviewed) {
  const std::string text = differences_text(two_images(), Severity::error, options());

  EXPECT_EQ(text, tests::golden("differences.txt", text));
}

TEST(DifferencesText, OfEqualImagesIsOneLine) {
  ReportDocument document{.tool_version = "1.2.3"};
  document.checks = {check_report(tests::a_report("python", milliseconds{0}, tests::all_well()))};

  EXPECT_EQ(differences_text(document, Severity::error, options()), "no findings in 1 check\n");
}

TEST(ReportText, SaysTheSameWithoutItsColours) {
  std::string coloured = report_text(tests::a_document(), options(true));
  for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }

  EXPECT_EQ(coloured, report_text(tests::a_document(), options()));
}

TEST(ReportText, KeepsEverythingButHeadlinesWithinItsWidth) {
  const std::string text = report_text(tests::a_document(), options(false, 80));

  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool headline =
        line.find("]: ") != std::string::npos || line.find("note: ") != std::string::npos;
    if (headline) continue;
    EXPECT_LE(columns(line), 80U) << line;
  }
}

TEST(ReportText, OfAllWellIsShort) {
  ReportDocument document{.tool_version = "1.2.3"};
  document.checks = {check_report(tests::a_report("config", milliseconds{0}, tests::all_well())),
                     check_report(tests::a_report("storage", milliseconds{0}, tests::all_well()))};

  EXPECT_EQ(report_text(document, options()),
            "ok       config      12 ms\n"
            "ok       storage     12 ms\n"
            "\n"
            "no findings in 2 checks\n");
}

TEST(ReportText, OfNoCheckSaysSo) {
  EXPECT_EQ(report_text({}, options()), "no findings in 0 checks\n");
}

TEST(ReportText, LetsNothingFromOutsideSteerTheTerminal) {
  Finding finding = tests::failing("nfs.export.refused");
  finding.subject = "export\x1b]0;owned\x07";
  finding.message = "server said \x1b[2J\r\nall well\xE2\x80\xAE\xff";
  finding.effect = "effect\x08";
  finding.location = Location{"/opt/\x1b[31m.conf", 1, 2, 4};
  finding.related = {{.location = {"/a\nb", 0, 0}, .message = "\x9b"}};
  ReportDocument document = document_of(finding);
  document.checks[0].steps = {
      {.name = "mount\x1b", .via = "wire\x1b", .status = "error\x1b", .text = "\x1b[8m"}};
  document.checks[0].unlooked = {{.code = "a", .subject = "\x1b", .message = "\x1b"}};
  const TextOptions hostile{
      .source_line = [](const std::string&, int) { return "k=\x1b[5m\t\x07"; }};

  const std::string text = report_text(document, hostile);

  EXPECT_TRUE(std::ranges::all_of(text, [](char c) {
    return c == '\n' || (c >= 0x20 && c < 0x7F);
  })) << testing::PrintToString(text);
  EXPECT_THAT(text, HasSubstr("server said \\x1b[2J\\r\\nall well\\u202e\\xff"));
}

TEST(ReportText, ShowsNoSourceWhereThereIsNone) {
  Finding finding = tests::failing("config.core-site.missing");
  finding.location = Location{"/opt/spark/conf/core-site.xml"};

  const std::string text = report_text(document_of(finding), options());

  EXPECT_TRUE(text.starts_with("/opt/spark/conf/core-site.xml: error[config.core-site.missing]: "));
  EXPECT_THAT(text, Not(HasSubstr(" | ")));
}

TEST(ReportText, HintsAtTheWorstCode) {
  ReportDocument document = document_of(tests::failing("nfs.server.silent"));
  document.checks.insert(
      document.checks.begin(),
      check_report(tests::a_report(
          "config", milliseconds{0}, tests::seen(tests::warning("config.core-site.unknown-key")))));

  const std::string text = report_text(document, options());

  EXPECT_TRUE(
      text.ends_with("1 error, 1 warning in 2 checks\n"
                     "learn more: sparkwarden explain nfs.server.silent\n"))
      << text;
}

TEST(Summary, CountsBySeverityAndWhatWasNotLookedAt) {
  const Summary expected{.errors = 2, .warnings = 0, .infos = 0, .unknown = 1};

  EXPECT_EQ(summarise(tests::a_document()), expected);
}

TEST(Reason, IsTheCodeThatDecidedTheVerdict) {
  Observed observed = tests::seen(tests::warning("a.b.warns"));
  observed.unlooked = tests::not_looked_at("a.b.unlooked").unlooked;
  CheckReport check = check_report(tests::a_report("config", milliseconds{0}, observed));
  EXPECT_EQ(reason_of(check), "a.b.unlooked");

  observed.findings.push_back(tests::failing("a.b.fails"));
  check = check_report(tests::a_report("config", milliseconds{0}, observed));
  EXPECT_EQ(reason_of(check), "a.b.fails");

  check = check_report(tests::a_report("config", milliseconds{0}, tests::all_well()));
  EXPECT_EQ(reason_of(check), "");
}

}  // namespace
}  // namespace sparkwarden::exporters
