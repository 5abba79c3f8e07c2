// SPDX-License-Identifier: Apache-2.0
// The two clocks as types. Ages and deadlines use Instant; WallTime is for people and metrics only.
// Pure code takes a time as an argument and never reads a clock.
#pragma once

#include <chrono>

namespace sparkwarden {

using Instant = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using std::chrono::microseconds;
using std::chrono::milliseconds;

}  // namespace sparkwarden
