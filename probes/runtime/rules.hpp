// SPDX-License-Identifier: Apache-2.0
// How bad it is: one pod's Spark installation by itself, and what differs from the driver's.
#pragma once

#include <span>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/report.hpp"

namespace sparkwarden::probes::runtime {

/// Findings about one installation: no Spark, no Java, a Java that this Spark cannot run on, jars
/// that cannot go together. What the scan could not read is unlooked, and nothing is told to be
/// missing from an incomplete inventory.
[[nodiscard]] Observed judge_installation(const RuntimeManifest& runtime);

/// The runtime differences among `differences` as findings, worst first; other kinds are left
/// alone.
[[nodiscard]] std::vector<Finding> judge_differences(std::span<const Difference> differences);

/// Numbers for the exporters: jars found, and `differences` by kind (the code without its area) and
/// severity.
[[nodiscard]] std::vector<Measurement> measurements_of(const RuntimeManifest& runtime,
                                                       std::span<const Finding> differences);

}  // namespace sparkwarden::probes::runtime
