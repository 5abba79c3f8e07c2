// SPDX-License-Identifier: Apache-2.0
#include "agent/core/transition.hpp"

#include <utility>

#include "agent/core/agent_codes.hpp"

namespace sparkwarden {
namespace {

/// The reason of the last report, with what a log line says about it.
ProbeTransition describe(const ProbeState& probe) {
  ProbeTransition line{.probe = probe.name, .now = probe.verdict};
  if (probe.last == nullptr) return line;
  const Observed& observed = probe.last->observed;
  const Finding* finding = worst(observed);
  if (probe.verdict == Verdict::unknown && !observed.unlooked.empty()) {
    const Unlooked& first = observed.unlooked.front();
    line.code = first.code;
    line.subject = first.subject;
    line.message = first.message;
  } else if (probe.verdict != Verdict::pass && finding != nullptr) {
    line.code = finding->code;
    line.subject = finding->subject;
    line.message = finding->message;
    line.fix = finding->fix;
  }
  return line;
}

/// How much a probe keeps a gate from opening.
int weight(const ProbeState& probe, Instant now) {
  const Verdict verdict = verdict_at(probe, now);
  if (verdict == Verdict::fail) return 2;
  return verdict == Verdict::unknown || probe.outdated ? 1 : 0;
}

/// The same for a probe that a gate waits for: it may not have reported, or not for long, or not
/// since there was news.
ProbeTransition why_not(const ProbeState& probe, Instant now) {
  ProbeTransition line = describe(probe);
  const std::string reason = reason_at(probe, now);
  const Code* row = nullptr;
  if (reason == agent_codes::kPending.code) row = &agent_codes::kPending;
  if (reason == agent_codes::kStale.code) row = &agent_codes::kStale;
  if (row == nullptr && verdict_at(probe, now) != Verdict::fail && probe.outdated) {
    row = &agent_codes::kOutdated;
  }
  if (row == nullptr) return line;
  line.code = row->code;
  line.subject = probe.name;
  line.message = row->meaning;
  line.fix.clear();
  return line;
}

GateTransition gate_change(const Snapshot& before, const Snapshot& after) {
  GateTransition change{.was = before.gate.phase, .now = after.gate.phase};
  const Instant now = after.gate.decided.value_or(after.started);
  const ProbeState* worst_probe = nullptr;
  for (const ProbeState& probe : after.probes) {
    const int least = worst_probe == nullptr ? 0 : weight(*worst_probe, now);
    if (probe.in_gate && weight(probe, now) > least) worst_probe = &probe;
  }
  if (worst_probe == nullptr || !after.gate.would_hold) return change;
  ProbeTransition why = why_not(*worst_probe, now);
  change.code = std::move(why.code);
  change.subject = std::move(why.subject);
  change.message = std::move(why.message);
  change.fix = std::move(why.fix);
  return change;
}

}  // namespace

Transitions diff(const Snapshot& before, const Snapshot& after) {
  Transitions changes;
  for (const ProbeState& probe : after.probes) {
    const ProbeState* was = before.find(probe.name);
    if (was == nullptr || was->last == probe.last) continue;
    ProbeTransition line = describe(probe);
    const ProbeTransition old = describe(*was);
    line.was = was->verdict;
    line.first = was->last == nullptr;
    // The message may hold figures that move with every run; only verdict and reason count.
    if (line.first || line.now != old.now || line.code != old.code || line.subject != old.subject) {
      changes.probes.push_back(std::move(line));
    }
  }
  if (before.gate.phase != after.gate.phase) changes.gate = gate_change(before, after);
  return changes;
}

}  // namespace sparkwarden
