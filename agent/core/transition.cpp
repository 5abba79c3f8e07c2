// SPDX-License-Identifier: Apache-2.0
#include "agent/core/transition.hpp"

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
  if (before.gate.phase != after.gate.phase) {
    changes.gate = GateTransition{.was = before.gate.phase, .now = after.gate.phase};
  }
  return changes;
}

}  // namespace sparkwarden
