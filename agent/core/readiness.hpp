// SPDX-License-Identifier: Apache-2.0
// Whether the pod is ready, and why not: computed from a snapshot when asked.
#pragma once

#include <string>
#include <vector>

#include "agent/core/snapshot.hpp"

namespace sparkwarden {

enum class ReadyPolicy { alive, verdict };

/// One line of a health answer. `reason` is the code of the worst finding, or `unknown:<code>`.
struct Check {
  std::string name;
  bool ok = false;
  std::string reason = {};

  bool operator==(const Check&) const = default;
};

struct Readiness {
  bool ready = false;
  std::vector<Check> checks;

  bool operator==(const Readiness&) const = default;
};

/// `alive`: the single check `ping`. `verdict`: every probe with hysteresis (fail counts after
/// fail_after runs, unknown leaves the answer as it was, warn is ready, never decided is not
/// ready).
[[nodiscard]] Readiness decide(const Snapshot& snapshot, ReadyPolicy policy, Instant now);

/// The verdict of one probe's last run, without hysteresis: pass and warn are ok.
[[nodiscard]] Check check_of(const ProbeState& probe, Instant now);

}  // namespace sparkwarden
