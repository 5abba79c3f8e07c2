// SPDX-License-Identifier: Apache-2.0
// How bad it is: one pod's Spark installation by itself, and what differs from the driver's.
#pragma once

#include <span>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/report.hpp"

namespace sparkwarden::probes::runtime {

/// Findings about one installation; what the scan could not read is unlooked.
[[nodiscard]] Observed judge_installation(const RuntimeManifest& runtime);

/// The runtime differences among `differences` as findings, worst first; other kinds are left
/// alone.
[[nodiscard]] std::vector<Finding> judge_differences(std::span<const Difference> differences);

}  // namespace sparkwarden::probes::runtime
