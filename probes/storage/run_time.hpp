// SPDX-License-Identifier: Apache-2.0
// The time that a run has left, as every part of the probe that waits counts it.
#pragma once

#include <algorithm>
#include <chrono>

#include "agent/core/time.hpp"

namespace sparkwarden::probes::storage {

inline constexpr milliseconds kLeastUseful{250};  // with less left, no answer could be judged

[[nodiscard]] inline Instant now() {
  return std::chrono::steady_clock::now();
}

/// Until `end`; never negative.
[[nodiscard]] inline milliseconds left_until(Instant end) {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(end - now()));
}

}  // namespace sparkwarden::probes::storage
