// SPDX-License-Identifier: Apache-2.0
#include "agent/core/schedule.hpp"

namespace sparkwarden {
namespace {

/// splitmix64: a good hash of a counter in three lines (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

Instant next_due(
    Instant last, milliseconds period, int jitter_percent, std::uint64_t seed, std::uint64_t run) {
  const std::int64_t span = period.count() * jitter_percent / 100;
  if (span <= 0) return last + period;
  const std::uint64_t draw = mix(seed ^ mix(run)) % static_cast<std::uint64_t>(2 * span + 1);
  return last + period + milliseconds(static_cast<std::int64_t>(draw) - span);
}

}  // namespace sparkwarden
