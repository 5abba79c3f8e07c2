// SPDX-License-Identifier: Apache-2.0
// A snapshot as Prometheus text 0.0.4 or OpenMetrics. prometheus-cpp stays in this folder;
// compression is left to whoever serves the text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "agent/core/notice_table.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"
#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/process.hpp"

namespace sparkwarden::exporters {

/// `minimal` leaves histograms out.
enum class MetricsProfile { full, minimal };

/// `path` is a route, or `other`. Counts of the same path and code are added up.
struct RequestCount {
  std::string path;
  unsigned code = 200;
  std::uint64_t count = 0;
};

/// Everything that follows from the snapshot: the agent's own families, then those of the probes.
[[nodiscard]] std::string snapshot_metrics(const Snapshot& snapshot,
                                           const Readiness& readiness,
                                           const AgentInfo& agent,
                                           MetricsProfile profile,
                                           Instant now,
                                           MetricsFormat format = MetricsFormat::text);

/// What executors told this driver. A code that is none of `known` counts as `other`, so that
/// nobody from outside makes new series. To be appended to the above.
[[nodiscard]] std::string executor_metrics(const NoticeTable& table,
                                           std::span<const std::string> known,
                                           Instant now,
                                           MetricsFormat format = MetricsFormat::text);

struct ConnectionCounts {
  std::uint64_t open = 0;  // now; the others since start
  std::uint64_t evicted = 0;
  std::uint64_t timed_out = 0;
};

/// What changes without a new snapshot: `process_*` and `sparkwarden_http_*`. To be appended to the
/// above: they share no family. `times` is over kAnswerBuckets; without count it is left out.
[[nodiscard]] std::string sampled_metrics(const ProcessSample& process,
                                          std::span<const RequestCount> requests,
                                          const ConnectionCounts& connections = {},
                                          const Series& times = {},
                                          MetricsFormat format = MetricsFormat::text);

/// Every family this folder makes by itself, for docs/metrics.md. The probes' own are in their
/// measures.hpp.
[[nodiscard]] std::span<const MeasureSpec* const> own_families();

}  // namespace sparkwarden::exporters
