// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/baseline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::briefs;
using tests::Files;

std::vector<Reviewed> reviewed(const Files& files) {
  std::vector<Reviewed> all;
  for (Linted& linted : tests::lint_files(files)) {
    all.push_back({.name = linted.name, .findings = std::move(linted.findings)});
  }
  return all;
}

SourceLine lines_of(const Files& files) {
  return [files](const std::string& path, int line) -> std::optional<std::string> {
    const std::string& text = files.at(path);
    std::size_t begin = 0;
    for (int skipped = 1; skipped < line; ++skipped) begin = text.find('\n', begin) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
}

Baseline baseline(const Files& files) {
  return baseline_of(reviewed(files), lines_of(files));
}

const Files kBefore{{"spark-defaults.conf", "launcher.queue x\nlauncher.queue x\n"}};

TEST(Baselines, WhatIsKnownIsNotReported) {
  std::vector<Reviewed> all = reviewed(kBefore);

  const Known known = subtract(baseline(kBefore), lines_of(kBefore), all);

  EXPECT_EQ(known.findings, 2U);
  EXPECT_EQ(known.gone, 0U);
  EXPECT_THAT(all.front().findings, IsEmpty());
}

TEST(Baselines, LinesMayMoveAndBeIndented) {
  const Files after{{"spark-defaults.conf", "# new\n\nlauncher.new 1\n  launcher.queue x\n"}};
  std::vector<Reviewed> all = reviewed(after);

  const Known known = subtract(baseline(kBefore), lines_of(after), all);

  EXPECT_EQ(known.findings, 1U);
  EXPECT_EQ(known.gone, 1U);
  EXPECT_THAT(briefs(all.front().findings),
              ElementsAre("spark-defaults.conf:3:1 config.defaults.not-spark"));
}

TEST(Baselines, ALineThatChangesIsNew) {
  const Files after{{"spark-defaults.conf", "launcher.queue y\n"}};
  std::vector<Reviewed> all = reviewed(after);

  EXPECT_EQ(subtract(baseline(kBefore), lines_of(after), all).findings, 0U);
  EXPECT_THAT(all.front().findings, SizeIs(1));
}

TEST(Baselines, ArePrintedSortedAndReadBack) {
  const std::string text = print_baseline(baseline(kBefore));
  const auto read = parse_baseline(text);

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(print_baseline(*read), text);
  EXPECT_THAT(text, HasSubstr("\"subject\":\"launcher.queue\""));
}

TEST(Baselines, AnythingElseIsRefused) {
  EXPECT_THAT(parse_baseline("[").error(), HasSubstr("is not JSON"));
  EXPECT_THAT(parse_baseline("{}").error(), HasSubstr("version 1"));
  EXPECT_THAT(parse_baseline(R"({"version":1})").error(), HasSubstr("findings"));
  EXPECT_THAT(parse_baseline(R"({"version":1,"findings":[{}]})").error(),
              HasSubstr("without fingerprint"));
}

}  // namespace
}  // namespace sparkwarden::lint
