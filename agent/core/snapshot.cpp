// SPDX-License-Identifier: Apache-2.0
#include "agent/core/snapshot.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "agent/core/agent_codes.hpp"

namespace sparkwarden {
namespace {

void observe(Series& series, std::span<const double> bounds, double value) {
  if (series.buckets.empty()) series.buckets.resize(bounds.size() + 1);
  const auto bound =
      std::ranges::lower_bound(bounds, value);  // le: a value equal to the bound is in
  ++series.buckets[static_cast<std::size_t>(bound - bounds.begin())];
  series.sum += value;
  ++series.count;
}

void count(ProbeState& state, const Observed& observed) {
  // A gauge that this run did not set is gone: a series must not outlive what it describes.
  std::erase_if(state.series,
                [](const auto& item) { return item.first.first->kind == Kind::gauge; });
  for (const Measurement& measurement : observed.measurements) {
    Series& series = state.series[{measurement.spec, measurement.labels}];
    switch (measurement.spec->kind) {
      case Kind::gauge:
        series.value = measurement.value;
        break;
      case Kind::counter:
        series.value += measurement.value;
        break;
      case Kind::histogram:
        observe(series, measurement.spec->buckets, measurement.value);
        break;
    }
  }
}

void settle(ProbeState& state) {
  if (state.verdict == Verdict::unknown) return;  // leaves the answer as it was
  if (state.verdict == Verdict::fail) {
    state.good_runs = 0;
    if (++state.bad_runs >= state.policy.fail_after) state.counts_as_ready = false;
  } else {
    state.bad_runs = 0;
    if (++state.good_runs >= state.policy.pass_after) state.counts_as_ready = true;
  }
}

void merge(Facts& into, const Facts& from) {
  if (from.declared_storage) into.declared_storage = from.declared_storage;
  if (!from.config_digests.empty()) into.config_digests = from.config_digests;
  if (from.storage) into.storage = from.storage;
  if (from.own_token) into.own_token = from.own_token;
  if (from.python) into.python = from.python;
  if (from.runtime) into.runtime = from.runtime;
  if (from.driver) into.driver = from.driver;
  if (from.driver_token) into.driver_token = from.driver_token;
}

void outdate(Snapshot& snapshot, std::span<const std::string> names) {
  for (ProbeState& probe : snapshot.probes) {
    if (std::ranges::find(names, probe.name) != names.end()) probe.outdated = true;
  }
}

}  // namespace

const ProbeState* Snapshot::find(std::string_view probe) const {
  const auto found = std::ranges::find(probes, probe, &ProbeState::name);
  return found == probes.end() ? nullptr : &*found;
}

Snapshot fold(const Snapshot& before, Report report, std::span<const std::string> wakes) {
  Snapshot after = before;
  const auto found = std::ranges::find(after.probes, report.probe, &ProbeState::name);
  assert(found != after.probes.end());
  if (found == after.probes.end()) return after;
  ProbeState& state = *found;

  const Instant ended = report.started + report.took;
  const Verdict verdict = judge(report.observed);
  if (state.last == nullptr || verdict != state.verdict) {
    state.verdict = verdict;
    state.streak = 0;
    state.since = ended;
  }
  ++state.streak;
  settle(state);

  ++state.totals.runs;
  if (verdict == Verdict::fail) ++state.totals.failures;
  if (verdict == Verdict::unknown) ++state.totals.unknown;
  observe(
      state.totals.duration, kDurationBuckets, std::chrono::duration<double>(report.took).count());
  count(state, report.observed);

  if (report.observed.facts != Facts{}) {
    const Facts facts_before = state.facts;
    merge(state.facts, report.observed.facts);
    state.facts_at = ended;
    if (news_for_others(facts_before, state.facts)) outdate(after, wakes);
  }
  state.outdated = report.outdated;
  state.last = std::make_shared<const Report>(std::move(report));
  return after;
}

Verdict verdict_at(const ProbeState& probe, Instant now) {
  if (probe.last == nullptr) return Verdict::unknown;
  const bool ages = probe.policy.max_age > milliseconds::zero();
  const Instant ended = probe.last->started + probe.last->took;
  if (ages && now - ended > probe.policy.max_age) return Verdict::unknown;
  return probe.verdict;
}

std::string reason_at(const ProbeState& probe, Instant now) {
  if (probe.last == nullptr) return std::string(agent_codes::kPending.code);
  const Verdict verdict = verdict_at(probe, now);
  if (verdict == Verdict::unknown) {
    if (probe.verdict != Verdict::unknown || probe.last->observed.unlooked.empty()) {
      return std::string(agent_codes::kStale.code);
    }
    return probe.last->observed.unlooked.front().code;
  }
  if (verdict == Verdict::pass) return {};
  const Finding* finding = worst(probe.last->observed);
  return finding == nullptr ? std::string() : finding->code;
}

bool news_for_others(const Facts& before, Facts after) {
  after.own_token = before.own_token;
  after.driver_token = before.driver_token;
  return after != before;
}

Facts merged_facts(const Snapshot& snapshot) {
  Facts all;
  for (const ProbeState& probe : snapshot.probes) merge(all, probe.facts);
  return all;
}

}  // namespace sparkwarden
