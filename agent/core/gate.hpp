// SPDX-License-Identifier: Apache-2.0
// The gate: the set of probes that must pass together once before an executor starts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.hpp"

namespace sparkwarden {

enum class GateMode { warn, enforce };
enum class OnTimeout { open, fail };
enum class GatePhase { holding, open, failed };

struct GatePolicy {
  GateMode mode = GateMode::warn;
  std::vector<std::string> probes;  // names, resolved ("all" is the role's probes)
  milliseconds timeout{120'000};
  OnTimeout on_timeout = OnTimeout::open;
};

/// holding -> open, or holding -> failed. Open is for ever; failed opens when the checks pass
/// later.
struct Gate {
  GatePhase phase = GatePhase::holding;
  bool would_hold = true;  // enforce would still hold; false for ever once everything has passed
  std::optional<Instant> decided = {};  // when it left `holding`

  bool operator==(const Gate&) const = default;
};

struct Snapshot;

/// The gate after looking at `snapshot` at `now`. Pure; `snapshot.gate` is the state before.
[[nodiscard]] Gate advance(const Snapshot& snapshot, const GatePolicy& policy, Instant now);

[[nodiscard]] std::string_view to_string(GatePhase phase);

}  // namespace sparkwarden
