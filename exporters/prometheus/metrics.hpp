// SPDX-License-Identifier: Apache-2.0
// A snapshot as Prometheus text 0.0.4. prometheus-cpp stays in this folder; negotiation and
// compression are left to whoever serves the text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "agent/core/notice_table.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"
#include "exporters/prometheus/process.hpp"

namespace sparkwarden::exporters {

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

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
                                           Instant now);

/// What executors told this driver. A code that is none of `known` counts as `other`, so that
/// nobody from outside makes new series. To be appended to the above.
[[nodiscard]] std::string executor_metrics(const NoticeTable& table,
                                           std::span<const std::string> known,
                                           Instant now);

/// What changes without a new snapshot: `process_*` and `sparkwarden_http_requests_total`. To be
/// appended to the above: they share no family.
[[nodiscard]] std::string sampled_metrics(const ProcessSample& process,
                                          std::span<const RequestCount> requests);

/// Every family this folder makes by itself, for docs/metrics.md. The probes' own are in their
/// measures.hpp.
[[nodiscard]] std::span<const MeasureSpec* const> own_families();

}  // namespace sparkwarden::exporters
