// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/suppressions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/date.hpp"
#include "agent/lint/codes.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::briefs;
using tests::Files;

const WallTime kNow = *end_of_day("2026-06-15");

std::vector<Reviewed> reviewed(const Files& files, const FindingPolicy& policy = {}) {
  const std::vector<Source> sources = tests::sources_of(files);
  return review(
      lint(sources), sources, [&](const std::string&) { return &policy; }, kNow);
}

std::vector<std::string> left(const Files& files, const FindingPolicy& policy = {}) {
  std::vector<std::string> all;
  for (const Reviewed& each : reviewed(files, policy)) {
    for (const std::string& line : briefs(each.findings)) all.push_back(line);
  }
  return all;
}

std::vector<std::string> left_of(const std::string& defaults) {
  return left({{"spark-defaults.conf", defaults}});
}

TEST(Suppressions, ACommentAboveHidesWithItsReason) {
  const auto all = reviewed({{"spark-defaults.conf",
                              "# sparkwarden: ignore[config.defaults.not-spark] our launcher\n"
                              "launcher.queue x\n"}});

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0].findings, IsEmpty());
  ASSERT_THAT(all[0].suppressed, SizeIs(1));
  EXPECT_EQ(all[0].suppressed[0].reason, "our launcher");
  EXPECT_TRUE(all[0].suppressed[0].in_source);
}

TEST(Suppressions, OnlyTheNextEntryIsMeant) {
  EXPECT_THAT(left_of("# sparkwarden: ignore[config.*] our launcher\n"
                      "# another comment\n\n"
                      "launcher.queue \\\n  x\n"
                      "launcher.other y\n"),
              ElementsAre("spark-defaults.conf:6:1 config.defaults.not-spark"));
}

TEST(Suppressions, BehindAValueOfPropertiesThereIsNoComment) {
  EXPECT_THAT(left_of("launcher.queue x # sparkwarden: ignore[config.*] our launcher\n"),
              ElementsAre("spark-defaults.conf:1:1 config.defaults.not-spark"));
}

TEST(Suppressions, InAContinuedLineThereIsNone) {
  EXPECT_THAT(left_of("spark.a x\\\n# sparkwarden: ignore[config.*] a\nlauncher.queue x\n"),
              ElementsAre("spark-defaults.conf:3:1 config.defaults.not-spark"));
}

TEST(Suppressions, InXmlOneCoversTheWholeProperty) {
  const Files files{{"core-site.xml",
                     "<configuration>\n"
                     "<!-- sparkwarden: ignore[config.core-site.malformed] known -->\n"
                     "<property>\n  <name>a</name>\n  <value>&nope;</value>\n</property>\n"
                     "</configuration>\n"}};

  EXPECT_THAT(left(files), IsEmpty());
}

TEST(Suppressions, InYamlOneCoversWhatIsBelow) {
  const std::string text =
      "kind: Pod\n"
      "spec:\n"
      "  containers:\n"
      "    - name: spark\n"
      "      volumeMounts:\n"
      "        # sparkwarden: ignore[template.volume-mount.unknown-volume] added by a webhook\n"
      "        - mountPath: /a\n"
      "          name: gone\n"
      "        - name: lost  # sparkwarden: ignore[template.*] added by a webhook\n"
      "          mountPath: /b\n"
      "        - name: missed\n"
      "          mountPath: /c\n";

  EXPECT_THAT(left({{"executor-template.yaml", text},
                    {"spark-defaults.conf",
                     "spark.kubernetes.executor.podTemplateFile /x/executor-template.yaml\n"}}),
              ElementsAre("executor-template.yaml:11:17 template.volume-mount.unknown-volume"));
}

TEST(Suppressions, InsideAConfigMapTheGrammarOfTheFileCounts) {
  const std::string text =
      "kind: ConfigMap\n"
      "metadata: {name: spark-conf}\n"
      "data:\n"
      "  spark-defaults.conf: |\n"
      "    # sparkwarden: ignore[config.defaults.not-spark] our launcher\n"
      "    launcher.queue x\n"
      "    launcher.other y # sparkwarden: ignore[config.defaults.not-spark] no comment\n";

  EXPECT_THAT(left({{"conf.yaml", text}}), ElementsAre("conf.yaml:7:5 config.defaults.not-spark"));
}

TEST(Suppressions, WithoutReasonOneHidesNothing) {
  EXPECT_THAT(left_of("# sparkwarden: ignore[config.defaults.not-spark]\nlauncher.queue x\n"),
              ElementsAre("spark-defaults.conf:2:1 config.defaults.not-spark",
                          "spark-defaults.conf:1:3 lint.suppression.reason-missing"));
}

TEST(Suppressions, OneThatHasExpiredHidesNothing) {
  const std::string comment = "# sparkwarden: ignore[config.*] goes away until=";

  EXPECT_THAT(left_of(comment + "2026-06-15\nlauncher.queue x\n"),
              ElementsAre("spark-defaults.conf:2:1 config.defaults.not-spark",
                          "spark-defaults.conf:1:3 lint.suppression.expired"));
  EXPECT_THAT(left_of(comment + "2026-06-16\nlauncher.queue x\n"), IsEmpty());
}

TEST(Suppressions, OneThatMatchesNothingIsToldItself) {
  EXPECT_THAT(left_of("# sparkwarden: ignore[config.defaults.not-spark] gone\nspark.a 1\n"),
              ElementsAre("spark-defaults.conf:1:3 lint.suppression.unused"));
}

TEST(Suppressions, SettingsHideByCodeAndSubject) {
  FindingPolicy policy;
  policy.suppressions = {{.code = "config.defaults.not-spark",
                          .subject = "launcher.queue",
                          .reason = "our launcher",
                          .expires = {}}};
  const Files files{{"spark-defaults.conf", "launcher.queue x\nlauncher.other y\n"}};

  const auto all = reviewed(files, policy);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(briefs(all[0].findings),
              ElementsAre("spark-defaults.conf:2:1 config.defaults.not-spark"));
  ASSERT_THAT(all[0].suppressed, SizeIs(1));
  EXPECT_FALSE(all[0].suppressed[0].in_source);
}

TEST(Suppressions, OneInSettingsThatMatchesNothingIsToldWhereItStands) {
  FindingPolicy policy;
  const Location at{.path = ".sparkwarden.yaml", .line = 3, .column = 5};
  policy.suppressions = {
      {.code = "template.*", .subject = "", .reason = "x", .expires = {}, .at = at},
      // What only an agent can find is none of lint's business.
      {.code = "python.*", .subject = "", .reason = "x", .expires = {}, .at = at}};

  EXPECT_THAT(left({{"spark-defaults.conf", "spark.a 1\n"}}, policy),
              ElementsAre(".sparkwarden.yaml:3:5 lint.suppression.unused"));
}

TEST(Suppressions, SeveritiesAreTheUsers) {
  FindingPolicy policy;
  policy.overrides = {{"config.*", Severity::error}, {"config.file.empty", Override{}}};
  const Files files{{"a/spark-defaults.conf", "launcher.queue x\n"}, {"b/core-site.xml", ""}};

  const auto all = reviewed(files, policy);

  ASSERT_THAT(all, SizeIs(2));
  ASSERT_THAT(all[0].findings, SizeIs(1));
  EXPECT_EQ(all[0].findings[0].severity, Severity::error);
  EXPECT_THAT(all[1].findings, IsEmpty());
}

TEST(Suppressions, KnowTheirPlaceAndCodes) {
  const auto all =
      inline_suppressions("a.conf", "x 1\n  # sparkwarden: ignore[a.b.c, d.*] why\ny\n");

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].at, (Location{.path = "a.conf", .line = 2, .column = 5, .end_column = 36}));
  EXPECT_THAT(all[0].codes, ElementsAre("a.b.c", "d.*"));
  EXPECT_EQ(all[0].first, 3);
}

}  // namespace
}  // namespace sparkwarden::lint
