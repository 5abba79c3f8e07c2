// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/answer.hpp"
#include "exporters/prometheus/metrics.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::exporters {
namespace {

using testing::HasSubstr;
using tests::kNow;

std::string page() {
  const Snapshot snapshot = tests::a_snapshot();
  NoticeTable executors;
  (void)executors.hear({.pod = "exec-1", .verdict = Verdict::fail, .code = "nfs.server.silent"},
                       kNow);
  Series times;
  times.buckets.assign(std::size(kAnswerBuckets) + 1, 0);
  times.buckets[2] = 3;
  times.sum = 0.00125;
  times.count = 3;
  const std::vector<std::string> known{"nfs.server.silent"};
  const std::vector<RequestCount> requests{{.path = "/metrics", .code = 200, .count = 3}};
  const MetricsFormat format = MetricsFormat::open_metrics;
  return snapshot_metrics(snapshot,
                          decide(snapshot, ReadyPolicy::verdict, kNow),
                          tests::an_agent(),
                          MetricsProfile::full,
                          kNow,
                          format) +
         executor_metrics(executors, known, kNow, format) +
         sampled_metrics(
             {.cpu_seconds = 1.25, .open_fds = 12}, requests, {.open = 2}, times, format) +
         std::string(kOpenMetricsEnd);
}

/// The families that Prometheus' own Python parser reads in `text`, or its complaint; nothing where
/// it is not installed.
std::string parsed(const std::string& text) {
  const tests::TempDir directory;
  const std::string input = directory.write("page", text);
  const std::string said = directory.write("said", "");
  const std::string program =
      "import sys\n"
      "try:\n"
      "  from prometheus_client.openmetrics.parser import text_string_to_metric_families as read\n"
      "except ImportError:\n"
      "  sys.exit(0)\n"
      "try:\n"
      "  for f in read(open(sys.argv[1]).read()):\n"
      "    print(f.name, f.type, f.unit or '-', len(f.samples))\n"
      "except Exception as error:\n"
      "  print('refused:', error)\n";
  tests::Process python({"/usr/bin/python3", "-c", program, input}, said);
  EXPECT_EQ(python.wait(milliseconds{60'000}), 0);
  std::ifstream file(said);
  return {std::istreambuf_iterator<char>(file), {}};
}

#define NEEDS_PARSER()                  \
  if (parsed("# EOF\n# EOF\n").empty()) \
  GTEST_SKIP() << "no parser of OpenMetrics; install the package python3-prometheus-client"

TEST(OpenMetrics, OfARealisticPodAreAsReviewed) {
  EXPECT_EQ(page(), tests::golden("open-metrics.txt", page()));
}

TEST(OpenMetrics, AreReadByPrometheusOwnParser) {
  NEEDS_PARSER();

  const std::string families = parsed(page());

  EXPECT_THAT(families, HasSubstr("sparkwarden_build info - 1\n"));
  EXPECT_THAT(families, HasSubstr("sparkwarden_http_requests counter - 1\n"));
  EXPECT_THAT(families, HasSubstr("process_cpu_seconds counter seconds 1\n"));
  EXPECT_THAT(families,
              HasSubstr("sparkwarden_http_answer_duration_seconds histogram seconds 13\n"));
  EXPECT_THAT(families, HasSubstr("sparkwarden_ready gauge - 1\n"));
}

TEST(OpenMetrics, ThatAreWrongAreNotReadByIt) {
  NEEDS_PARSER();

  EXPECT_THAT(parsed("# TYPE a counter\na 1\n# EOF\n"), HasSubstr("refused"));
  EXPECT_THAT(parsed("# TYPE a gauge\na 1\n"), HasSubstr("refused")) << "no end";
}

struct FormatCase {
  std::string name;
  std::string accept;
  std::string content_type;
};

const std::string kText = "text/plain; version=0.0.4; charset=utf-8";
const std::string kOpen = "application/openmetrics-text; version=1.0.0; charset=utf-8";

class Negotiated : public testing::TestWithParam<FormatCase> {};

TEST_P(Negotiated, FormatIsTheOneAskedFor) {
  const NegotiatedFormat format = negotiate_format(GetParam().accept);

  EXPECT_EQ(format.content_type, GetParam().content_type);
  EXPECT_EQ(format.format == MetricsFormat::open_metrics,
            GetParam().content_type.starts_with("application/"));
}

INSTANTIATE_TEST_SUITE_P(
    Clients,
    Negotiated,
    testing::Values(
        FormatCase{"nothing", "", kText},
        FormatCase{"curl", "*/*", kText},
        FormatCase{"browser", "text/html,application/xhtml+xml,*/*;q=0.8", kText},
        FormatCase{"prometheus_2_42",
                   "application/openmetrics-text;version=1.0.0,"
                   "application/openmetrics-text;version=0.0.1;q=0.75,"
                   "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                   kOpen},
        FormatCase{"prometheus_3",
                   "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                   "application/openmetrics-text;version=0.0.1;q=0.5,"
                   "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                   "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                   kOpen + "; escaping=allow-utf-8"},
        FormatCase{"unknown_escaping",
                   "application/openmetrics-text;version=1.0.0;escaping=x\r\ny",
                   kOpen},
        FormatCase{"text_first",
                   "text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5",
                   kText},
        FormatCase{"old_open_metrics", "application/openmetrics-text;version=0.0.1", kText},
        FormatCase{"refused", "application/openmetrics-text;q=0,*/*;q=0", kText},
        FormatCase{"protobuf",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=delimited",
                   kText}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sparkwarden::exporters
