// SPDX-License-Identifier: Apache-2.0
// Holding an inventory beside the driver's, which may list what it likes.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "agent/core/finding.hpp"
#include "agent/core/report.hpp"
#include "agent/io/probe.hpp"

namespace sparkwarden::io {

/// What holding one inventory beside another comes to.
struct Comparison {
  std::vector<Finding> findings = {};
  std::vector<Measurement> measurements = {};
};

/// The result of `work`, which compares `entries` in all: a thousand here, more on the worker
/// thread, or they would hold the event loop.
[[nodiscard]] awaitable<Comparison> compared(std::size_t entries, std::function<Comparison()> work);

}  // namespace sparkwarden::io
