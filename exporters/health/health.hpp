// SPDX-License-Identifier: Apache-2.0
// Health answers, byte for byte in the form of kube-apiserver's, so that tools built for it work.
// Only "reason withheld" differs: here stands the code of the worst finding.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/answer.hpp"
#include "agent/core/gate.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::exporters {

inline constexpr milliseconds kLoopLagMax{5'000};

/// What the event loop and the scheduler know about themselves. `overdue` names a probe whose run
/// has no outcome by its deadline + 5 s; empty: none.
struct LoopHealth {
  milliseconds lag{0};  // the largest of the last 10 s
  std::string overdue = {};
};

/// `/readyz`: 200 `ok`, 500 with a line per check when one fails; `?verbose`, `?exclude=name`.
[[nodiscard]] Answer readyz(const Readiness& readiness, const Request& request);

/// `/livez` and `/healthz`, told apart by the request's path: checks `loop` and `scheduler`.
[[nodiscard]] Answer livez(const LoopHealth& health, const Request& request);

/// `/livez/<check>` and `/healthz/<check>`; 404 for a check that there is not.
[[nodiscard]] Answer livez_check(const LoopHealth& health, std::string_view check);

/// `/startupz`: the check `gate`, and the header `Sparkwarden-Gate: open|holding|failed`.
[[nodiscard]] Answer startupz(GatePhase phase, const Request& request);

/// `/startupz/<check>`; 404 for a check that there is not.
[[nodiscard]] Answer startupz_check(GatePhase phase, std::string_view check);

/// `/readyz/<probe>`, from check_of: 200 `ok`, or 500 `internal server error: <reason>`.
[[nodiscard]] Answer one_check(const Check& check);

}  // namespace sparkwarden::exporters
