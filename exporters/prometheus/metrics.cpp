// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/metrics.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "exporters/prometheus/families.hpp"
#include "exporters/prometheus/family.hpp"

namespace sparkwarden::exporters {
namespace {

using prometheus::MetricFamily;
using Families = std::vector<MetricFamily>;
using Labels = std::vector<std::string>;

double seconds(auto duration) {
  return std::chrono::duration<double>(duration).count();
}

double flag(bool value) {
  return value ? 1 : 0;
}

MetricFamily single(const MeasureSpec& spec, const Labels& labels, double value) {
  MetricFamily family = family_of(spec);
  add(family, spec, labels, value);
  return family;
}

/// One sample per probe; `value_of` gives a number, a Series, or nothing.
template <typename ValueOf>
MetricFamily per_probe(const MeasureSpec& spec, const Snapshot& snapshot, ValueOf value_of) {
  MetricFamily family = family_of(spec);
  for (const ProbeState& probe : snapshot.probes) {
    if (const auto value = value_of(probe)) add(family, spec, {probe.name}, *value);
  }
  return family;
}

void add_gate(Families& families, const Snapshot& snapshot, Instant now) {
  const Gate& gate = snapshot.gate;
  const Instant until = gate.decided.value_or(now);
  families.push_back(single(kGateOpen, {}, flag(gate.phase == GatePhase::open)));
  families.push_back(single(kGateWouldHold, {}, flag(gate.would_hold)));
  families.push_back(single(kGateWait, {}, seconds(until - snapshot.started)));
}

MetricFamily verdicts(const Snapshot& snapshot, Instant now) {
  MetricFamily family = family_of(kVerdict);
  for (const ProbeState& probe : snapshot.probes) {
    const Verdict present = verdict_at(probe, now);
    for (const Verdict verdict : kVerdicts) {
      const Labels labels{probe.name, std::string(to_string(verdict))};
      add(family, kVerdict, labels, flag(verdict == present));
    }
  }
  return family;
}

/// Several findings of one code are one series: subjects are no closed set. Findings of a report
/// that has grown too old do not hold, they are unknown.
MetricFamily findings(const Snapshot& snapshot, Instant now) {
  MetricFamily family = family_of(kFinding);
  for (const ProbeState& probe : snapshot.probes) {
    if (probe.last == nullptr || verdict_at(probe, now) != probe.verdict) continue;
    std::set<std::pair<std::string, Severity>> seen;
    for (const Finding& finding : probe.last->observed.findings) {
      if (!seen.emplace(finding.code, finding.severity).second) continue;
      const Labels labels{probe.name, finding.code, std::string(to_string(finding.severity))};
      add(family, kFinding, labels, 1);
    }
  }
  return family;
}

void add_probes(Families& families, const Snapshot& snapshot, MetricsProfile profile, Instant now) {
  const auto counter = [&](const MeasureSpec& spec, std::uint64_t Totals::*total) {
    families.push_back(per_probe(spec, snapshot, [total](const ProbeState& probe) {
      return std::optional(static_cast<double>(probe.totals.*total));
    }));
  };
  families.push_back(verdicts(snapshot, now));
  counter(kRuns, &Totals::runs);
  counter(kFailures, &Totals::failures);
  counter(kUnknown, &Totals::unknown);
  if (profile == MetricsProfile::full) {
    families.push_back(per_probe(kDuration, snapshot, [](const ProbeState& probe) {
      return std::optional(probe.totals.duration);
    }));
  }
  families.push_back(per_probe(kLastRun, snapshot, [](const ProbeState& probe) {
    return probe.last == nullptr
               ? std::nullopt
               : std::optional(seconds(probe.last->started_wall.time_since_epoch()));
  }));
  families.push_back(findings(snapshot, now));
}

/// What the probes measured, by family name: the keys' own order is that of addresses, and two
/// probes may share a family. The first of two equal series stands.
void add_measured(Families& families, const Snapshot& snapshot, MetricsProfile profile) {
  struct Measured {
    const MeasureSpec* spec = nullptr;
    std::map<Labels, const Series*> series = {};
  };
  std::map<std::string_view, Measured> measured;
  for (const ProbeState& probe : snapshot.probes) {
    for (const auto& [key, series] : probe.series) {
      const auto& [spec, labels] = key;
      if (profile == MetricsProfile::minimal && spec->kind == Kind::histogram) continue;
      Measured& entry = measured.try_emplace(spec->name, Measured{.spec = spec}).first->second;
      if (entry.spec->kind == spec->kind) entry.series.emplace(labels, &series);
    }
  }
  for (const auto& [name, entry] : measured) {
    MetricFamily family = family_of(*entry.spec);
    for (const auto& [labels, series] : entry.series) add(family, *entry.spec, labels, *series);
    families.push_back(std::move(family));
  }
}

}  // namespace

std::string snapshot_metrics(const Snapshot& snapshot,
                             const Readiness& readiness,
                             const AgentInfo& agent,
                             MetricsProfile profile,
                             Instant now,
                             MetricsFormat format) {
  Families families;
  families.push_back(single(kBuildInfo, {agent.version, agent.commit}, 1));
  families.push_back(single(kRoleInfo, {std::string(to_string(agent.role))}, 1));
  families.push_back(single(kReady, {}, flag(readiness.ready)));
  add_gate(families, snapshot, now);
  families.push_back(single(kSettingsTaken, {}, seconds(agent.settings_taken.time_since_epoch())));
  add_probes(families, snapshot, profile, now);
  add_measured(families, snapshot, profile);
  return to_text(std::move(families), format);
}

std::string executor_metrics(const NoticeTable& table,
                             std::span<const std::string> known,
                             Instant now,
                             MetricsFormat format) {
  MetricFamily executors = family_of(kExecutors);
  for (const auto& [verdict, count] : table.by_verdict(now)) {
    add(executors, kExecutors, {std::string(verdict)}, static_cast<double>(count));
  }
  const std::set<std::string_view> ours(known.begin(), known.end());
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [code, count] : table.by_code()) {
    counts[ours.contains(code) ? code : "other"] += count;
  }
  MetricFamily codes = family_of(kExecutorFindings);
  for (const auto& [code, count] : counts) {
    add(codes, kExecutorFindings, {code}, static_cast<double>(count));
  }
  return to_text({std::move(executors),
                  std::move(codes),
                  single(kNoticesRefused, {}, static_cast<double>(table.refused()))},
                 format);
}

std::string sampled_metrics(const ProcessSample& process,
                            std::span<const RequestCount> requests,
                            const ConnectionCounts& connections,
                            const Series& times,
                            MetricsFormat format) {
  Families families;
  const auto count = [&](const MeasureSpec& spec, std::uint64_t value) {
    families.push_back(single(spec, {}, static_cast<double>(value)));
  };
  count(kConnections, connections.open);
  count(kEvicted, connections.evicted);
  count(kTimedOut, connections.timed_out);
  std::map<std::pair<std::string, unsigned>, std::uint64_t> merged;
  for (const RequestCount& request : requests)
    merged[{request.path, request.code}] += request.count;
  MetricFamily counts = family_of(kRequests);
  for (const auto& [key, number] : merged) {
    add(counts, kRequests, {key.first, std::to_string(key.second)}, static_cast<double>(number));
  }
  families.push_back(std::move(counts));
  if (times.count > 0) {
    MetricFamily family = family_of(kAnswerTime);
    add(family, kAnswerTime, {}, times);
    families.push_back(std::move(family));
  }

  const auto figure = [&](const MeasureSpec& spec, const auto& value) {
    if (value) families.push_back(single(spec, {}, static_cast<double>(*value)));
  };
  figure(kCpu, process.cpu_seconds);
  figure(kResident, process.resident_bytes);
  figure(kVirtual, process.virtual_bytes);
  figure(kOpenFds, process.open_fds);
  figure(kMaxFds, process.max_fds);
  figure(kStartTime, process.start_time_seconds);
  return to_text(std::move(families), format);
}

std::span<const MeasureSpec* const> own_families() {
  return kFamilies;
}

}  // namespace sparkwarden::exporters
