// SPDX-License-Identifier: Apache-2.0
// Every code of lint itself, from an input that somebody may have.
#include "agent/lint/codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/date.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::Contains;

std::vector<std::string_view> codes_of(const tests::Files& files) {
  static std::vector<Reviewed> all;
  static const FindingPolicy kPolicy;
  const std::vector<Source> sources = tests::sources_of(files);
  all = review(
      lint(sources),
      sources,
      [](const std::string&) { return &kPolicy; },
      *end_of_day("2026-06-15"));
  std::vector<std::string_view> codes;
  for (const Reviewed& each : all) {
    for (const Finding& finding : each.findings) codes.push_back(finding.code);
  }
  return codes;
}

std::vector<std::string_view> codes_of_defaults(const std::string& text) {
  return codes_of({{"spark-defaults.conf", text}});
}

TEST(LintCodes, AManifestThatIsNoYaml) {
  EXPECT_THAT(codes_of({{"spark-conf.yaml",
                         "kind: ConfigMap\ndata:\n  spark-defaults.conf: |\n    spark.a 1\n"
                         " core-site.xml: x\n"}}),
              Contains(kManifestMalformed.code));
}

TEST(LintCodes, AManifestWithAKeyTwice) {
  EXPECT_THAT(codes_of({{"spark-conf.yaml",
                         "kind: ConfigMap\ndata:\n  spark-defaults.conf: spark.a 1\n"
                         "  spark-defaults.conf: spark.a 2\n"}}),
              Contains(kManifestDuplicateKey.code));
}

TEST(LintCodes, ASuppressionOfNothing) {
  EXPECT_THAT(codes_of_defaults("# sparkwarden: ignore[config.*] old\nspark.a 1\n"),
              Contains(kSuppressionUnused.code));
}

TEST(LintCodes, ASuppressionWithoutReason) {
  EXPECT_THAT(codes_of_defaults("# sparkwarden: ignore[config.*]\nlauncher.a 1\n"),
              Contains(kSuppressionReason.code));
}

TEST(LintCodes, ASuppressionThatIsOver) {
  EXPECT_THAT(
      codes_of_defaults("# sparkwarden: ignore[config.*] old until=2026-01-31\nlauncher.a 1\n"),
      Contains(kSuppressionExpired.code));
}

}  // namespace
}  // namespace sparkwarden::lint
