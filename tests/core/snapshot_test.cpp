// SPDX-License-Identifier: Apache-2.0
#include "agent/core/snapshot.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

constexpr std::string_view kVia[] = {"via"};
constexpr double kBounds[] = {0.1, 1};
constexpr MeasureSpec kFree{.name = "free_bytes", .help = "h", .kind = Kind::gauge};
constexpr MeasureSpec kLost{
    .name = "lost_total", .help = "h", .kind = Kind::counter, .label_keys = kVia};
constexpr MeasureSpec kTook{
    .name = "took_seconds", .help = "h", .kind = Kind::histogram, .buckets = kBounds};

const ProbeState& storage(const Snapshot& snapshot) {
  return *snapshot.find("storage");
}

TEST(Judge, AnErrorIsFailEvenWhereSomethingWasNotLookedAt) {
  Observed observed = fails();
  observed.unlooked = cannot_look().unlooked;

  EXPECT_EQ(judge(observed), Verdict::fail);
}

TEST(Judge, NotLookedAtIsUnknownEvenBesideAWarning) {
  Observed observed = warns();
  observed.unlooked = cannot_look().unlooked;

  EXPECT_EQ(judge(observed), Verdict::unknown);
}

TEST(Judge, WarningsWarnAndInformationPasses) {
  EXPECT_EQ(judge(warns()), Verdict::warn);
  EXPECT_EQ(judge({.findings = {a_finding(Severity::info)}}), Verdict::pass);
  EXPECT_EQ(judge({}), Verdict::pass);
}

TEST(Fold, BeforeTheFirstReportTheVerdictIsUnknownAndPending) {
  const Snapshot empty = a_snapshot_of({"storage"});

  EXPECT_EQ(verdict_at(storage(empty), kStart), Verdict::unknown);
  EXPECT_EQ(reason_at(storage(empty), kStart), "agent.run.pending");
}

TEST(Fold, CountsRunsInARowWithOneVerdict) {
  Snapshot s = a_snapshot_of({"storage"});
  s = fold(s, a_run("storage", fails(), kStart));
  s = fold(s, a_run("storage", fails(), kStart + std::chrono::seconds(60)));

  EXPECT_EQ(storage(s).streak, 2);
  EXPECT_EQ(storage(s).since, kStart + milliseconds(20));

  s = fold(s, a_run("storage", passes(), kStart + std::chrono::seconds(120)));

  EXPECT_EQ(storage(s).streak, 1);
  EXPECT_EQ(storage(s).since, kStart + std::chrono::seconds(120) + milliseconds(20));
}

TEST(Fold, LeavesTheSnapshotBeforeAndOtherProbesAlone) {
  const Snapshot before = a_snapshot_of({"config", "storage"});

  const Snapshot after = fold(before, a_run("storage", fails()));

  EXPECT_EQ(storage(before).last, nullptr);
  EXPECT_EQ(after.find("config")->last, nullptr);
  EXPECT_EQ(after.probes.size(), 2u);
}

TEST(Fold, GaugesAreSetCountersAddedHistogramsObserved) {
  Observed run;
  run.measurements = {{&kFree, {}, 7}, {&kLost, {"wire"}, 2}, {&kTook, {}, 0.1}, {&kTook, {}, 5}};
  Snapshot s = fold(a_snapshot_of({"storage"}), a_run("storage", run));
  s = fold(s, a_run("storage", run));

  EXPECT_EQ(storage(s).series.at({&kFree, {}}).value, 7);
  EXPECT_EQ(storage(s).series.at({&kLost, {"wire"}}).value, 4);
  const Series& took = storage(s).series.at({&kTook, {}});
  EXPECT_EQ(took.buckets, (std::vector<std::uint64_t>{2, 0, 2}));  // 0.1 is in le="0.1"
  EXPECT_EQ(took.count, 4u);
  EXPECT_DOUBLE_EQ(took.sum, 10.2);
}

TEST(Fold, AGaugeThatARunDoesNotSetIsGone) {
  Observed run;
  run.measurements = {{&kFree, {}, 7}, {&kLost, {"wire"}, 2}};
  Snapshot s = fold(a_snapshot_of({"storage"}), a_run("storage", run));

  s = fold(s, a_run("storage", passes()));

  EXPECT_FALSE(storage(s).series.contains({&kFree, {}}));
  EXPECT_TRUE(storage(s).series.contains({&kLost, {"wire"}}));
}

TEST(Fold, KeepsTheLastFactsOfAProbeWhoseRunSawNone) {
  Observed run;
  run.facts.config_digests = {{"core-site.xml", "abc"}};
  Snapshot s = fold(a_snapshot_of({"storage"}), a_run("storage", run));

  s = fold(s, a_run("storage", passes(), kStart + std::chrono::seconds(60)));

  EXPECT_EQ(merged_facts(s).config_digests.at("core-site.xml"), "abc");
  EXPECT_EQ(storage(s).facts_at, kStart + milliseconds(20));
}

TEST(Fold, NewsOutdatesWhatTheProbesThatItWakesHaveSaid) {
  Observed news;
  news.facts.config_digests = {{"core-site.xml", "abc"}};
  const std::vector<std::string> wakes{"storage"};
  Snapshot s = fold(a_snapshot_of({"config", "storage"}), a_run("storage", passes()));

  s = fold(s, a_run("config", news), wakes);
  EXPECT_TRUE(storage(s).outdated);
  EXPECT_FALSE(s.find("config")->outdated);

  s = fold(s, a_run("storage", passes()));
  EXPECT_FALSE(storage(s).outdated);
  s = fold(s, a_run("config", news), wakes);
  EXPECT_FALSE(storage(s).outdated) << "the same facts again are no news";
}

TEST(Fold, ARunThatWasOvertakenIsOutdated) {
  Report run = a_run("storage", passes());
  run.outdated = true;

  EXPECT_TRUE(storage(fold(a_snapshot_of({"storage"}), run)).outdated);
}

TEST(NewsForOthers, AreAllFactsButTokens) {
  const Facts before{.config_digests = {{"core-site.xml", "1"}}};
  Facts tokens = before;
  tokens.own_token = OwnToken{.token = {.path = "p"}};
  tokens.driver_token = HeardToken{.received = kStart};
  Facts more = tokens;
  more.config_digests["core-site.xml"] = "2";

  EXPECT_FALSE(news_for_others(before, before));
  EXPECT_FALSE(news_for_others(before, tokens));
  EXPECT_FALSE(news_for_others(tokens, before));
  EXPECT_TRUE(news_for_others(before, more));
}

TEST(Fold, TokensAreFactsThatStayUntilThereIsAnother) {
  Observed told;
  told.facts.own_token = OwnToken{.token = {.path = "own"}};
  told.facts.driver_token = HeardToken{.received = kStart};

  Snapshot s = fold(a_snapshot_of({"storage"}), a_run("storage", told));
  s = fold(s, a_run("storage", passes()));

  EXPECT_EQ(merged_facts(s).own_token, told.facts.own_token);
  EXPECT_EQ(merged_facts(s).driver_token, told.facts.driver_token);
}

TEST(VerdictAt, AReportOlderThanItsAllowanceIsUnknownAndStale) {
  const Snapshot s = fold(a_snapshot_of({"storage"}, {.max_age = std::chrono::minutes(3)}),
                          a_run("storage", passes()));
  const Instant ended = kStart + milliseconds(20);

  EXPECT_EQ(verdict_at(storage(s), ended + std::chrono::minutes(3)), Verdict::pass);
  EXPECT_EQ(verdict_at(storage(s), ended + std::chrono::minutes(3) + milliseconds(1)),
            Verdict::unknown);
  EXPECT_EQ(reason_at(storage(s), ended + std::chrono::minutes(4)), "agent.run.stale");
}

TEST(VerdictAt, WithoutAnAllowanceNothingGetsTooOld) {
  const Snapshot s = fold(a_snapshot_of({"agent"}), a_run("agent", passes()));

  EXPECT_EQ(verdict_at(*s.find("agent"), kStart + std::chrono::hours(1000)), Verdict::pass);
}

TEST(Fold, TotalsOnlyGrowWhateverTheOrderOfRuns) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const Observed kinds[] = {passes(), warns(), fails(), cannot_look()};
  Snapshot s = a_snapshot_of({"config", "storage"});

  for (int i = 0; i < 300; ++i) {
    const std::string probe = random() % 2 == 0 ? "config" : "storage";
    const Totals before = s.find(probe)->totals;
    s = fold(s, a_run(probe, kinds[random() % 4]));
    const Totals& after = s.find(probe)->totals;

    EXPECT_EQ(after.runs, before.runs + 1);
    EXPECT_GE(after.failures, before.failures);
    EXPECT_GE(after.unknown, before.unknown);
    EXPECT_LE(after.failures + after.unknown, after.runs);
    EXPECT_EQ(after.duration.count, after.runs);
  }
}

}  // namespace
}  // namespace sparkwarden
