// SPDX-License-Identifier: Apache-2.0
#include "agent/core/gate.hpp"

#include <algorithm>

#include "agent/core/snapshot.hpp"

namespace sparkwarden {
namespace {

/// Each gate probe, looked up; a name that the snapshot does not have never passes.
template <typename Predicate>
bool all_of_gate(const Snapshot& snapshot, const GatePolicy& policy, Predicate predicate) {
  return std::ranges::all_of(policy.probes, [&](const std::string& name) {
    const ProbeState* probe = snapshot.find(name);
    return probe != nullptr && predicate(*probe);
  });
}

}  // namespace

Gate advance(const Snapshot& snapshot, const GatePolicy& policy, Instant now) {
  Gate gate = snapshot.gate;
  const bool passes = all_of_gate(snapshot, policy, [&](const ProbeState& probe) {
    const Verdict verdict = verdict_at(probe, now);
    return !probe.outdated && (verdict == Verdict::pass || verdict == Verdict::warn);
  });
  // Once enforce would have opened it would stay open: what fails afterwards holds nobody back.
  if (passes) gate.would_hold = false;
  if (gate.phase == GatePhase::open) return gate;

  const bool reported =
      all_of_gate(snapshot, policy, [](const ProbeState& probe) { return probe.last != nullptr; });
  const bool timed_out = now - snapshot.started >= policy.timeout;

  const auto become = [&](GatePhase phase) {
    if (gate.phase != phase) gate.decided = now;
    gate.phase = phase;
  };
  if (policy.mode == GateMode::warn) {
    if (reported || timed_out) become(GatePhase::open);
  } else if (passes) {
    become(GatePhase::open);
  } else if (timed_out) {
    become(policy.on_timeout == OnTimeout::open ? GatePhase::open : GatePhase::failed);
  }
  return gate;
}

std::string_view to_string(GatePhase phase) {
  switch (phase) {
    case GatePhase::holding:
      return "holding";
    case GatePhase::open:
      return "open";
    case GatePhase::failed:
      return "failed";
  }
  return "holding";
}

}  // namespace sparkwarden
