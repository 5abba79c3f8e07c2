// SPDX-License-Identifier: Apache-2.0
#include "agent/config/config.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A probe's settings with one key, so that these tests need no real probe.
struct Own : ProbeSettings {
  std::string word = "quiet";
  void bind(Binder& binder) override { binder.key("word", word, "a word"); }
};

struct Harness {
  std::shared_ptr<Own> own = std::make_shared<Own>();
  Sources sources{.file = {}, .file_name = "agent.yaml", .environment = {}, .flags = {}};

  Loaded load(std::string_view text) {
    return settings::load(text, sources, {{"storage", ProbeCommon{}, own}});
  }
};

std::vector<std::string> lines(const Problems& problems) {
  std::vector<std::string> all;
  for (const Problem& p : problems) {
    all.push_back(p.location.path + ":" + std::to_string(p.location.line) + ":" +
                  std::to_string(p.location.column) + " " + p.key + ": " + p.message);
  }
  return all;
}

std::string origin_of(const Loaded& loaded, std::string_view key) {
  const auto row = std::ranges::find(loaded.config.effective, key, &Effective::key);
  return row == loaded.config.effective.end() ? "no such key" : row->value + " from " + row->origin;
}

TEST(Config, AnEmptyFileGivesTheDefaults) {
  const Loaded loaded = Harness().load("");

  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.agent.listen.port, 9797);
  EXPECT_EQ(loaded.config.agent.gate.timeout, milliseconds(120'000));
  EXPECT_EQ(origin_of(loaded, "gate.mode"), "warn from default");
}

TEST(Config, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  Harness harness;
  const std::string file = "role: driver\ngate: {mode: warn}\nprobes: {storage: {word: file}}\n";
  harness.sources.environment = {{"SPARKWARDEN_ROLE", "interpreter"},
                                 {"SPARKWARDEN_GATE_MODE", "enforce"}};
  harness.sources.flags = {{"role", "executor"}};

  const Loaded loaded = harness.load(file);

  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(origin_of(loaded, "role"), "executor from --role");
  EXPECT_EQ(origin_of(loaded, "gate.mode"), "enforce from SPARKWARDEN_GATE_MODE");
  EXPECT_EQ(origin_of(loaded, "probes.storage.word"), "file from agent.yaml:3:26");
  EXPECT_EQ(harness.own->word, "file");
}

TEST(Config, AnEmptyVariableIsNoVariable) {
  Harness harness;
  harness.sources.environment = {{"SPARKWARDEN_ROLE", ""}};

  const Loaded loaded = harness.load("role: driver\n");

  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.agent.role, Role::driver);
}

TEST(Config, VariablesThatKubernetesInjectsAreIgnored) {
  Harness harness;
  harness.sources.environment = {{"SPARKWARDEN_PORT", "tcp://10.0.0.1:9797"},
                                 {"SPARKWARDEN_SERVICE_HOST", "10.0.0.1"}};

  EXPECT_THAT(harness.load("").problems, IsEmpty());
}

TEST(Config, ListsComeFromTheEnvironmentAsFlow) {
  Harness harness;
  harness.sources.environment = {{"SPARKWARDEN_GATE_PROBES", "[storage]"}};

  const Loaded loaded = harness.load("");

  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_THAT(loaded.config.agent.gate.probes, ElementsAre("storage"));
}

TEST(Config, EveryProblemIsReportedWithItsPlaceInFileOrder) {
  const Loaded loaded = Harness().load(
      "version: 1\n"
      "gate:\n"
      "  mode: strict\n"
      "  timeot: 5s\n"
      "limits: {idle: 15}\n"
      "probes:\n"
      "  storage: {fail_after: 0, word: [a]}\n"
      "  storge: {}\n");

  EXPECT_THAT(
      lines(loaded.problems),
      ElementsAre(
          "agent.yaml:3:9 gate.mode: expected one of warn, enforce, got \"strict\"",
          "agent.yaml:4:3 gate.timeot: unknown key; did you mean `gate.timeout`?",
          "agent.yaml:5:16 limits.idle: expected a duration with a unit, such as 250ms, 5s, "
          "2m or 1h, got \"15\"",
          "agent.yaml:7:25 probes.storage.fail_after: must be at least 1",
          "agent.yaml:7:34 probes.storage.word: expected a text, got a list",
          "agent.yaml:8:3 probes.storge: unknown key"));
}

TEST(Config, WhatDoesNotParseKeepsItsDefault) {
  const Loaded loaded = Harness().load(
      "listen: {port: 99999}\nprobes: {storage: {period: 1ms, deadline: 0s, word: []}}\n");

  EXPECT_EQ(loaded.problems.size(), 4u);
  EXPECT_EQ(loaded.config.agent.listen.port, 9797);
  EXPECT_EQ(loaded.config.probes[0].common.period, milliseconds(60'000));
  EXPECT_EQ(loaded.config.probes[0].common.deadline, milliseconds(5'000));
}

TEST(Config, TheReleaseOfSparkIsAutoOrNumbers) {
  const auto version = [](const std::string& value) {
    return Harness().load("spark_version: " + value + "\n");
  };
  EXPECT_EQ(Harness().load("").config.agent.spark_version, std::nullopt);
  EXPECT_EQ(version("auto").config.agent.spark_version, std::nullopt);
  EXPECT_EQ(version("4.0").config.agent.spark_version, SparkVersion{"4.0"});
  EXPECT_EQ(version("3.5.1").config.agent.spark_version, SparkVersion{"3.5.1"});
  for (const char* wrong : {"4", "latest", "4.0.1.2", "4..1", ".4", "4.", "v4.0", "[4.0]"}) {
    EXPECT_EQ(version(wrong).problems.size(), 1) << wrong;
    EXPECT_EQ(version(wrong).config.agent.spark_version, std::nullopt) << wrong;
  }
}

TEST(Config, DuplicateKeysAliasesAndSecondDocumentsAreProblems) {
  EXPECT_THAT(lines(Harness().load("role: driver\nrole: executor\n").problems),
              ElementsAre("agent.yaml:2:1 : duplicate key `role`, first at line 1"));
  EXPECT_THAT(lines(Harness().load("paths: &p {root: /}\n---\nrole: driver\n").problems),
              ElementsAre("agent.yaml:3:1 : a second YAML document"));
  EXPECT_THAT(lines(Harness().load("role: [driver\n").problems).size(), 1u);
}

TEST(Config, AFileThatIsNoMappingIsAProblem) {
  EXPECT_THAT(lines(Harness().load("- role\n").problems),
              ElementsAre("agent.yaml:1:1 : expected a mapping of settings"));
}

TEST(Config, MaxAgeFollowsASlowerPeriodUnlessItIsGiven) {
  const Loaded slow = Harness().load("probes: {storage: {period: 10m}}\n");
  const Loaded wrong = Harness().load("probes: {storage: {period: 10m, max_age: 1m}}\n");

  EXPECT_THAT(slow.problems, IsEmpty());
  EXPECT_EQ(slow.config.probes[0].common.max_age, std::chrono::minutes(30));
  EXPECT_THAT(lines(wrong.problems),
              ElementsAre("agent.yaml:1:42 probes.storage.max_age: must be at least period + "
                          "deadline, or a healthy probe turns unknown"));
}

TEST(Config, AGateOfUnknownOrNoProbesIsAProblem) {
  EXPECT_THAT(lines(Harness().load("gate: {probes: [storage, nfs]}\n").problems),
              ElementsAre("agent.yaml:1:16 gate.probes: there is no probe `nfs`"));
  EXPECT_EQ(Harness().load("gate: {probes: []}\n").problems.size(), 1u);
  EXPECT_THAT(Harness().load("gate: {probes: all}\n").problems, IsEmpty());
}

TEST(Config, SeveritiesAndSuppressionsAreRead) {
  const Loaded loaded = Harness().load(
      "findings: {python.package.extra: off, nfs.*: warning}\n"
      "suppress:\n"
      "  - {code: nfs.space.low, subject: '10.10.0.10', reason: resized on Monday, expires: "
      "2027-01-31}\n");

  ASSERT_THAT(loaded.problems, IsEmpty());
  const FindingPolicy& policy = loaded.config.agent.findings;
  EXPECT_EQ(policy.overrides.at("python.package.extra"), Override{});
  EXPECT_EQ(policy.overrides.at("nfs.*"), Override{Severity::warning});
  ASSERT_EQ(policy.suppressions.size(), 1u);
  EXPECT_EQ(policy.suppressions[0].expires,
            WallTime(std::chrono::sys_days(std::chrono::year(2027) / 2 / 1)));
}

TEST(Config, ASuppressionNeedsAReasonAndARealDate) {
  EXPECT_THAT(lines(Harness().load("suppress: [{code: a.b}]\n").problems),
              ElementsAre("agent.yaml:1:12 suppress.0: `reason` is missing"));
  EXPECT_EQ(
      Harness().load("suppress: [{code: a.b, reason: r, expires: 2027-02-30}]\n").problems.size(),
      1u);
}

struct Quantity {
  std::string name;
  std::string text;
  std::optional<milliseconds> duration;
};

class Durations : public testing::TestWithParam<Quantity> {};

TEST_P(Durations, AreANumberAndAUnit) {
  yaml::Node node;
  node.kind = yaml::Kind::scalar;
  node.text = GetParam().text;
  Problems problems;

  const auto read = read_duration(node, {"x", "x", &problems, true});

  EXPECT_EQ(read, GetParam().duration);
  EXPECT_EQ(problems.empty(), read.has_value());
}

INSTANTIATE_TEST_SUITE_P(Cases,
                         Durations,
                         testing::Values(Quantity{"milliseconds", "250ms", milliseconds(250)},
                                         Quantity{"seconds", "5s", milliseconds(5'000)},
                                         Quantity{"minutes", "2m", milliseconds(120'000)},
                                         Quantity{"hours", "1h", milliseconds(3'600'000)},
                                         Quantity{"zero", "0s", milliseconds(0)},
                                         Quantity{"a_year", "8760h", std::chrono::hours(8'760)},
                                         Quantity{"more_than_a_year", "8761h", std::nullopt},
                                         Quantity{"bare_number", "5", std::nullopt},
                                         Quantity{"negative", "-5s", std::nullopt},
                                         Quantity{"fraction", "1.5s", std::nullopt},
                                         Quantity{"unknown_unit", "5d", std::nullopt},
                                         Quantity{"blank_between", "5 s", std::nullopt},
                                         Quantity{"too_large", "99999999999999999h", std::nullopt},
                                         Quantity{"empty", "", std::nullopt}),
                         [](const auto& test) { return test.param.name; });

TEST(Values, AreShownAsTheyAreWritten) {
  EXPECT_EQ(show_duration(milliseconds(120'000)), "2m");
  EXPECT_EQ(show_duration(milliseconds(1'500)), "1500ms");
  EXPECT_EQ(show_bytes(Bytes{8 * 1024}), "8KiB");
  EXPECT_EQ(show_share(Share{0.1}), "10%");
  EXPECT_EQ(show_text("[::]"), "\"[::]\"");
  EXPECT_EQ(show_text("/opt/spark/conf"), "/opt/spark/conf");
}

TEST(Paths, RootStandsInFrontOnce) {
  Paths paths;
  EXPECT_EQ(paths.under_root("/opt/spark"), "/opt/spark");

  paths.root = "/tmp/world/";
  EXPECT_EQ(paths.under_root("/opt/spark"), "/tmp/world/opt/spark");
}

}  // namespace
}  // namespace sparkwarden::settings
