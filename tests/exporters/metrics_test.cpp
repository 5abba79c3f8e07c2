// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/metrics.hpp"

#include <clocale>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/prometheus/families.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::exporters {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::a_report;
using tests::an_agent;
using tests::kNow;
using tests::kStart;

std::string metrics_of(const Snapshot& snapshot,
                       MetricsProfile profile = MetricsProfile::full,
                       Instant now = kNow) {
  return snapshot_metrics(
      snapshot, decide(snapshot, ReadyPolicy::verdict, now), an_agent(), profile, now);
}

ProcessSample a_process() {
  return {.cpu_seconds = 1.25,
          .start_time_seconds = 1'769'860'800.5,
          .resident_bytes = 9'011'200,
          .virtual_bytes = 33'554'432,
          .open_fds = 12,
          .max_fds = 1'048'576};
}

const std::vector<RequestCount> kRequestCounts{{.path = "/metrics", .code = 200, .count = 3},
                                               {.path = "/readyz", .code = 500, .count = 7},
                                               {.path = "other", .code = 404, .count = 1}};

NoticeTable a_notice_table() {
  NoticeTable table;
  const auto hear = [&](const char* pod, Verdict verdict, const char* code, Instant when) {
    (void)table.hear({.pod = pod, .verdict = verdict, .code = code}, when);
  };
  hear("exec-0", Verdict::fail, "nfs.server.silent", kNow - std::chrono::minutes(6));
  hear("exec-1", Verdict::pass, "", kNow);
  hear("exec-2", Verdict::fail, "python.package.differs", kNow);
  hear("exec-3", Verdict::fail, "python.package.differs", kNow);
  hear("exec-4", Verdict::unknown, "made.up.code", kNow);
  return table;
}

const std::vector<std::string> kKnownCodes{"nfs.server.silent", "python.package.differs"};

Series a_few_answers() {
  Series times;
  times.buckets.assign(std::size(kAnswerBuckets) + 1, 0);
  times.buckets[2] = 10;
  times.buckets.back() = 1;
  times.sum = 1.5;
  times.count = 11;
  return times;
}

std::string whole_page() {
  return metrics_of(tests::a_snapshot()) + executor_metrics(a_notice_table(), kKnownCodes, kNow) +
         sampled_metrics(a_process(),
                         kRequestCounts,
                         {.open = 12, .evicted = 3, .timed_out = 4},
                         a_few_answers());
}

/// What `promtool check metrics` says about `text`, with its exit status unless that is 0.
std::string promtool_says(const std::string& text) {
  const tests::TempDir directory;
  const std::string page = directory.write("page", text);
  const std::string said = directory.write("said", "");
  tests::Process promtool({"sh", "-c", "exec promtool check metrics 2>&1 < " + page}, said);
  const int status = promtool.wait(milliseconds{60'000}).value_or(-1);

  std::ifstream file(said);
  std::string words{std::istreambuf_iterator<char>(file), {}};
  return status == 0 ? words : words + "status " + std::to_string(status);
}

bool has_promtool() {
  return std::system("command -v promtool >/dev/null 2>&1") == 0;
}

TEST(Metrics, OfARealisticPodAreAsReviewed) {
  const std::string page = whole_page();

  EXPECT_EQ(page, tests::golden("metrics.txt", page));
}

TEST(Metrics, OfExecutorsCountPodsByVerdictAndKnownCode) {
  const std::string page = executor_metrics(a_notice_table(), kKnownCodes, kNow);

  EXPECT_THAT(page, HasSubstr("sparkwarden_executors{verdict=\"fail\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("sparkwarden_executors{verdict=\"gone\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("sparkwarden_executors{verdict=\"warn\"} 0\n"));
  EXPECT_THAT(page,
              HasSubstr("sparkwarden_executor_findings{code=\"python.package.differs\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("sparkwarden_executor_findings{code=\"other\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("made.up.code")));
}

TEST(Metrics, HaveNothingForPromtoolToComplainAbout) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is missing; install the package prometheus";

  EXPECT_EQ(promtool_says(whole_page()), "");
}

TEST(Metrics, ThatAreWrongDoNotGetPastPromtool) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is missing; install the package prometheus";

  EXPECT_NE(promtool_says("# HELP a_count A.\n# TYPE a_count counter\na_count 1\n"), "");
}

TEST(Metrics, AtTheFirstMomentHaveNothingForPromtoolToComplainAbout) {
  if (!has_promtool()) GTEST_SKIP() << "promtool is missing; install the package prometheus";
  const Snapshot snapshot = tests::empty_snapshot({"config", "storage"});

  const std::string page =
      metrics_of(snapshot, MetricsProfile::full, kStart) + sampled_metrics({}, {});

  EXPECT_EQ(promtool_says(page), "");
}

TEST(Metrics, OfTheMinimalProfileHaveNoHistogram) {
  const std::string page = metrics_of(tests::a_snapshot(), MetricsProfile::minimal);

  EXPECT_THAT(page, Not(HasSubstr("histogram")));
  EXPECT_THAT(page, Not(HasSubstr("_bucket")));
  EXPECT_THAT(page, HasSubstr("sparkwarden_nfs_operation_failures_total"));
}

TEST(Metrics, CountEachCodeOnceHoweverManySubjectsItHas) {
  const std::string page = metrics_of(tests::a_snapshot());
  const std::string line =
      "sparkwarden_finding{probe=\"config\",code=\"config.core-site.unknown-key\",severity="
      "\"warning\"} 1\n";

  const std::size_t first = page.find(line);

  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(page.find(line, first + 1), std::string::npos);
}

TEST(Metrics, DropFindingsOfAReportThatIsTooOld) {
  const Instant later = kNow + std::chrono::minutes{10};

  const std::string page = metrics_of(tests::a_snapshot(), MetricsProfile::full, later);

  EXPECT_THAT(page, Not(HasSubstr("nfs.export.read-only")));
  EXPECT_THAT(page, HasSubstr("sparkwarden_probe_verdict{probe=\"storage\",verdict=\"fail\"} 0\n"));
  EXPECT_THAT(page,
              HasSubstr("sparkwarden_probe_verdict{probe=\"storage\",verdict=\"unknown\"} 1\n"));
}

TEST(Metrics, WaitOfTheGateGrowsUntilItIsDecided) {
  Snapshot snapshot = tests::a_snapshot();
  const std::string holding = metrics_of(snapshot);
  snapshot.gate = {
      .phase = GatePhase::open, .would_hold = false, .decided = kStart + milliseconds{1'500}};

  const std::string open = metrics_of(snapshot);

  EXPECT_THAT(holding, HasSubstr("sparkwarden_gate_wait_seconds 10\n"));
  EXPECT_THAT(holding, HasSubstr("sparkwarden_gate_open 0\n"));
  EXPECT_THAT(open, HasSubstr("sparkwarden_gate_wait_seconds 1.5\n"));
  EXPECT_THAT(open, HasSubstr("sparkwarden_gate_open 1\n"));
}

TEST(Metrics, KeepLabelValuesValidUtf8AndEscaped) {
  Snapshot snapshot = tests::empty_snapshot({"config"});
  snapshot = fold(snapshot,
                  a_report("config", milliseconds{0}, tests::seen(tests::failing("a\xff\"b\n"))));

  const std::string page = metrics_of(snapshot);

  EXPECT_THAT(page, HasSubstr("code=\"a\xEF\xBF\xBD\\\"b\\n\""));
}

TEST(Metrics, LeaveOutASeriesWhoseLabelsDoNotFit) {
  static constexpr std::string_view kKeys[] = {"operation"};
  static constexpr MeasureSpec kSpec{"sparkwarden_odd", "Odd.", Kind::gauge, kKeys};
  Observed observed;
  observed.measurements = {{&kSpec, {"a", "b"}, 1}, {&kSpec, {"fits"}, 2}};
  Snapshot snapshot = tests::empty_snapshot({"storage"});
  snapshot = fold(snapshot, a_report("storage", milliseconds{0}, std::move(observed)));

  const std::string page = metrics_of(snapshot);

  EXPECT_THAT(page, HasSubstr("sparkwarden_odd{operation=\"fits\"} 2\n"));
  EXPECT_THAT(page, Not(HasSubstr("\"a\"")));
}

TEST(Metrics, OfTwoProbesThatShareAFamilyStandInOneGroupWithoutDuplicates) {
  static constexpr MeasureSpec kHere{"sparkwarden_shared", "Shared.", Kind::gauge};
  static constexpr MeasureSpec kThere{"sparkwarden_shared", "Shared.", Kind::gauge};
  static constexpr MeasureSpec kOtherKind{"sparkwarden_shared", "Shared.", Kind::counter};
  Snapshot snapshot = tests::empty_snapshot({"config", "storage", "python"});
  const auto measured = [](const MeasureSpec& spec) {
    Observed observed;
    observed.measurements = {{&spec, {}, 1}};
    return observed;
  };
  snapshot = fold(snapshot, a_report("config", milliseconds{0}, measured(kHere)));
  snapshot = fold(snapshot, a_report("storage", milliseconds{0}, measured(kThere)));
  snapshot = fold(snapshot, a_report("python", milliseconds{0}, measured(kOtherKind)));

  const std::string page = metrics_of(snapshot);

  const std::size_t first = page.find("\nsparkwarden_shared 1\n");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(page.find("\nsparkwarden_shared", first + 1), std::string::npos);
}

TEST(Metrics, AddUpRequestsThatWereCountedInTwoPlaces) {
  const std::vector<RequestCount> requests{{.path = "other", .code = 400, .count = 1},
                                           {.path = "/metrics", .code = 200, .count = 2},
                                           {.path = "other", .code = 400, .count = 3}};

  const std::string page = sampled_metrics({}, requests);

  EXPECT_THAT(
      page,
      testing::EndsWith("counter\n"
                        "sparkwarden_http_requests_total{path=\"/metrics\",code=\"200\"} 2\n"
                        "sparkwarden_http_requests_total{path=\"other\",code=\"400\"} 4\n"));
}

TEST(Metrics, DoNotDependOnTheLocale) {
  const std::string before = whole_page();
  const std::string old = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "de_DE.UTF-8");  // has no effect where it is not installed

  const std::string after = whole_page();
  std::setlocale(LC_ALL, old.c_str());

  EXPECT_EQ(after, before);
}

TEST(Families, AreNamedAndExplainedAsPrometheusWants) {
  std::set<std::string_view> names;
  for (const MeasureSpec* spec : own_families()) {
    EXPECT_TRUE(names.insert(spec->name).second) << spec->name;
    EXPECT_TRUE(spec->name.starts_with("sparkwarden_") || spec->name.starts_with("process_"))
        << spec->name;
    EXPECT_EQ(spec->name.ends_with("_total"), spec->kind == Kind::counter) << spec->name;
    EXPECT_EQ(spec->help.find('\n'), std::string_view::npos) << spec->name;
    EXPECT_TRUE(spec->help.ends_with('.')) << spec->name;
  }
}

TEST(Families, AreAllOnThePageAndNoOthers) {
  const std::string page = whole_page();
  std::set<std::string> expected{"sparkwarden_nfs_operation_duration_seconds",
                                 "sparkwarden_nfs_operation_failures_total",
                                 "sparkwarden_storage_size_bytes"};
  for (const MeasureSpec* spec : own_families()) expected.emplace(spec->name);

  std::set<std::string> actual;
  constexpr std::string_view kType = "# TYPE ";
  for (std::size_t at = page.find(kType); at != std::string::npos; at = page.find(kType, at + 1)) {
    const std::size_t name = at + kType.size();
    EXPECT_TRUE(actual.insert(page.substr(name, page.find(' ', name) - name)).second);
  }

  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace sparkwarden::exporters
