// SPDX-License-Identifier: Apache-2.0
// When a probe is due: arithmetic only.
#pragma once

#include <cstdint>

#include "agent/core/time.hpp"

namespace sparkwarden {

inline constexpr int kPeriodJitterPercent = 10;
inline constexpr int kFullJitterPercent = 20;

/// The start of the next run: one period after `last`, moved by up to `jitter_percent` of the
/// period either way. The same seed and run number give the same answer; different pods get
/// different seeds, so that a thousand executors started together drift apart.
[[nodiscard]] Instant next_due(
    Instant last, milliseconds period, int jitter_percent, std::uint64_t seed, std::uint64_t run);

}  // namespace sparkwarden
