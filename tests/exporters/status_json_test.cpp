// SPDX-License-Identifier: Apache-2.0
#include "exporters/status/status_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/pretty_json.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;
using tests::kNow;
using tests::kStart;

std::string status_of(const Snapshot& snapshot, Instant now = kNow) {
  return status_json(
      snapshot, decide(snapshot, ReadyPolicy::verdict, now), tests::an_agent(), nullptr, now);
}

json::value probe_of(const std::string& status, std::string_view name) {
  const json::value whole = json::parse(status);
  for (const json::value& probe : whole.at("probes").as_array()) {
    if (probe.at("name").as_string() == name) return probe;
  }
  return nullptr;
}

TEST(Status, OfARealisticPodIsAsReviewed) {
  const std::string status = tests::pretty_json(status_of(tests::a_snapshot()));

  EXPECT_EQ(status, tests::golden("status.json", status));
}

TEST(Status, IsOneLine) {
  const std::string status = status_of(tests::a_snapshot());

  EXPECT_EQ(status.find('\n'), status.size() - 1);
}

TEST(Status, OfAPendingProbeHasNoRun) {
  const json::value probe = probe_of(status_of(tests::a_snapshot()), "python");

  EXPECT_EQ(
      probe,
      (json::value{{"name", "python"}, {"verdict", "unknown"}, {"reason", "agent.run.pending"}}));
}

TEST(Status, OfAReportThatIsTooOldIsUnknownSinceItGrewOld) {
  const Instant old = kStart + std::chrono::seconds{5} + milliseconds{12} + std::chrono::minutes{3};

  const json::value probe =
      probe_of(status_of(tests::a_snapshot(), old + std::chrono::seconds{60}), "storage");

  EXPECT_EQ(probe.at("verdict"), json::value("unknown"));
  EXPECT_EQ(probe.at("reason"), json::value("agent.run.stale"));
  EXPECT_EQ(probe.at("since_seconds"), json::value(60));
}

TEST(Status, TellsThatThereIsNewsThatTheLastRunDidNotSee) {
  Snapshot snapshot = tests::a_snapshot();
  EXPECT_FALSE(probe_of(status_of(snapshot), "storage").as_object().contains("outdated"));
  for (ProbeState& probe : snapshot.probes) probe.outdated = true;

  EXPECT_EQ(probe_of(status_of(snapshot), "storage").at("outdated"), json::value(true));
}

TEST(Status, TellsHowLongTheGateWaitedAndForWhat) {
  Snapshot snapshot = tests::empty_snapshot({"agent", "config", "storage"});
  snapshot.gate = {
      .phase = GatePhase::failed, .would_hold = true, .decided = kStart + milliseconds{2'500}};

  const json::value gate = json::parse(status_of(snapshot)).at("gate");

  EXPECT_EQ(gate,
            (json::value{{"phase", "failed"},
                         {"mode", "enforce"},
                         {"would_hold", true},
                         {"waited_ms", 2500},
                         {"probes", {"config", "storage"}}}));
}

TEST(Status, IsValidJsonWhateverTheOtherSideWrote) {
  Snapshot snapshot = tests::empty_snapshot({"storage"});
  Finding finding = tests::failing("nfs.server.protocol");
  finding.message = "server said \xff\x01\"\n";
  snapshot = fold(snapshot, tests::a_report("storage", milliseconds{0}, tests::seen(finding)));

  const json::value probe = probe_of(status_of(snapshot), "storage");

  EXPECT_EQ(probe.at("findings").at(0).at("message"),
            json::value("server said \xEF\xBF\xBD\x01\"\n"));
}

json::value executors_in(const NoticeTable& table) {
  const Snapshot snapshot = tests::a_snapshot();
  const Readiness readiness = decide(snapshot, ReadyPolicy::alive, kNow);
  return json::parse(status_json(snapshot, readiness, tests::an_agent(), &table, kNow))
      .at("executors");
}

TEST(Status, OfADriverHoldsTheNoticesOfItsExecutors) {
  NoticeTable table;
  (void)table.hear({.pod = "exec-2", .gate = GatePhase::open, .verdict = Verdict::pass},
                   kNow - std::chrono::seconds(30));
  (void)table.hear({.pod = "exec-3",
                    .executor = "3",
                    .gate = GatePhase::holding,
                    .verdict = Verdict::fail,
                    .code = "python.package.differs",
                    .subject = "numpy"},
                   kNow - std::chrono::seconds(60));

  const json::value row{{"pod", "exec-3"},
                        {"executor", "3"},
                        {"gate", "holding"},
                        {"verdict", "fail"},
                        {"code", "python.package.differs"},
                        {"subject", "numpy"},
                        {"first_heard_seconds", 60},
                        {"last_heard_seconds", 60}};
  const json::value healthy{{"pod", "exec-2"},
                            {"gate", "open"},
                            {"verdict", "pass"},
                            {"first_heard_seconds", 30},
                            {"last_heard_seconds", 30}};
  EXPECT_EQ(executors_in(table),
            (json::value{
                {"total", 2},
                {"verdicts", {{"fail", 1}, {"gone", 0}, {"pass", 1}, {"unknown", 0}, {"warn", 0}}},
                {"rows", {row, healthy}},
                {"rows_left_out", 0}}));
}

TEST(Status, ShowsTheWorstOfManyExecutorsAndCountsTheRest) {
  NoticeTable table;
  for (std::size_t i = 0; i < kExecutorRowsMax + 5; ++i) {
    (void)table.hear({.pod = "exec-" + std::to_string(i), .verdict = Verdict::pass}, kNow);
  }

  const json::value executors = executors_in(table);

  EXPECT_EQ(executors.at("rows").as_array().size(), kExecutorRowsMax);
  EXPECT_EQ(executors.at("rows_left_out"), json::value(5));
}

TEST(Status, OfARoleWithoutExecutorsDoesNotSpeakOfThem) {
  EXPECT_FALSE(json::parse(status_of(tests::a_snapshot())).as_object().contains("executors"));
}

}  // namespace
}  // namespace sparkwarden::exporters
