// SPDX-License-Identifier: Apache-2.0
// What changed between two snapshots: the source of every state log line.
#pragma once

#include <string>
#include <vector>

#include "agent/core/snapshot.hpp"

namespace sparkwarden {

/// One probe whose verdict or reason changed. `was` is unknown for the first report.
struct ProbeTransition {
  std::string probe;
  Verdict was = Verdict::unknown;
  Verdict now = Verdict::unknown;
  std::string code = {};  // the reason, empty on pass
  std::string subject = {};
  std::string message = {};
  std::string fix = {};
  bool first = false;

  bool operator==(const ProbeTransition&) const = default;
};

/// With what held it or would have: the worst of its probes and of the agent itself. Empty when all
/// passed.
struct GateTransition {
  GatePhase was = GatePhase::holding;
  GatePhase now = GatePhase::holding;
  std::string code = {};
  std::string subject = {};
  std::string message = {};
  std::string fix = {};

  bool operator==(const GateTransition&) const = default;
};

struct Transitions {
  std::vector<ProbeTransition> probes;
  std::optional<GateTransition> gate;

  [[nodiscard]] bool empty() const { return probes.empty() && !gate; }
};

[[nodiscard]] Transitions diff(const Snapshot& before, const Snapshot& after);

}  // namespace sparkwarden
