// SPDX-License-Identifier: Apache-2.0
#include "agent/core/readiness.hpp"

#include <algorithm>

namespace sparkwarden {

Check check_of(const ProbeState& probe, Instant now) {
  const Verdict verdict = verdict_at(probe, now);
  if (verdict == Verdict::pass || verdict == Verdict::warn) return {.name = probe.name, .ok = true};
  const std::string reason = reason_at(probe, now);
  return {.name = probe.name,
          .ok = false,
          .reason = verdict == Verdict::unknown ? "unknown:" + reason : reason};
}

Readiness decide(const Snapshot& snapshot, ReadyPolicy policy, Instant now) {
  if (policy == ReadyPolicy::alive) {
    return {.ready = true, .checks = {{.name = "ping", .ok = true}}};
  }
  Readiness readiness;
  for (const ProbeState& probe : snapshot.probes) {
    if (probe.name == kAgentProbe)
      continue;  // its settings are no reason to take a pod out of service
    Check check = check_of(probe, now);
    if (probe.counts_as_ready.value_or(false)) {
      check = {.name = probe.name, .ok = true};
    } else if (check.ok) {  // passes again, but not yet pass_after times
      check = {.name = probe.name, .ok = false, .reason = "recovering"};
    }
    readiness.checks.push_back(std::move(check));
  }
  if (readiness.checks.empty()) readiness.checks.push_back({.name = "ping", .ok = true});
  readiness.ready = std::ranges::all_of(readiness.checks, &Check::ok);
  return readiness;
}

}  // namespace sparkwarden
