// SPDX-License-Identifier: Apache-2.0
// All the agent knows, as one immutable value, and fold: the only way it changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/gate.hpp"
#include "agent/core/report.hpp"
#include "agent/core/verdict.hpp"

namespace sparkwarden {

/// What the settings say about one probe's verdict over time.
struct ProbePolicy {
  milliseconds max_age{0};  // 0: never too old
  int fail_after = 1;       // runs in a row before a fail counts
  int pass_after = 1;
};

/// A value that was measured, summed over all runs: `value` for gauges and counters, `buckets`
/// (one per bound plus +Inf), `sum` and `count` for histograms.
struct Series {
  double value = 0;
  std::vector<std::uint64_t> buckets;
  double sum = 0;
  std::uint64_t count = 0;

  bool operator==(const Series&) const = default;
};

using SeriesKey = std::pair<const MeasureSpec*, std::vector<std::string>>;

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
  std::uint64_t unknown = 0;
  Series duration;  // seconds, over kDurationBuckets

  bool operator==(const Totals&) const = default;
};

inline constexpr double kDurationBuckets[] = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30};

/// The pseudo-probe under which the agent reports on itself: published at start, never too old,
/// part of no readiness, and of a gate only while wrong settings or a taken port at start hold it.
inline constexpr std::string_view kAgentProbe = "agent";

/// One probe as the agent knows it. Before the first report the verdict is unknown
/// (agent.run.pending).
struct ProbeState {
  std::string name;
  ProbePolicy policy = {};
  bool in_gate = false;                      // one of those that must pass for it to open
  std::shared_ptr<const Report> last = {};   // null: pending
  Verdict verdict = Verdict::unknown;        // of the last report alone
  bool outdated = false;                     // there is news that the last run did not see
  int streak = 0;                            // runs in a row with this verdict
  Instant since = {};                        // when this verdict began
  std::optional<bool> counts_as_ready = {};  // verdict with hysteresis; nullopt: never decided
  int good_runs = 0;                         // in a row, unknown runs not counted
  int bad_runs = 0;
  Totals totals = {};
  std::map<SeriesKey, Series> series = {};
  Facts facts = {};  // the last ones seen
  Instant facts_at = {};
};

/// Immutable once published. The set of probes is fixed at start and keeps its order.
struct Snapshot {
  Instant started;
  WallTime started_wall;
  std::vector<ProbeState> probes = {};
  Gate gate = {};

  [[nodiscard]] const ProbeState* find(std::string_view probe) const;
};

/// The snapshot after this report: verdict, streaks, totals, facts. `wakes` are the probes that
/// look at its facts: what they said is outdated when these bring news. Errors: a report of a probe
/// that the snapshot does not know is a programming error (asserts).
[[nodiscard]] Snapshot fold(const Snapshot& before,
                            Report report,
                            std::span<const std::string> wakes = {});

/// The probe's verdict at `now`: as its last run, but unknown when that is too old.
[[nodiscard]] Verdict verdict_at(const ProbeState& probe, Instant now);

/// Code that explains the verdict at `now`: of the worst finding, of what was not looked at, or
/// agent.run.pending / agent.run.stale. Empty when it passes.
[[nodiscard]] std::string reason_at(const ProbeState& probe, Instant now);

/// Whether the probes that one wakes have to look again. Tokens are no news: they change with every
/// announcement, and `storage` looks for the one that it needs in its next run anyway.
[[nodiscard]] bool news_for_others(const Facts& before, Facts after);

/// All probes' facts in one value.
[[nodiscard]] Facts merged_facts(const Snapshot& snapshot);

}  // namespace sparkwarden
