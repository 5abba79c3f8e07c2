// SPDX-License-Identifier: Apache-2.0
// How bad it is: one pod's Python environment by itself, and what differs from the driver's.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/report.hpp"

namespace sparkwarden::probes::python {

/// Findings about one environment: no interpreter, oddities of the installation, packages that this
/// pod's own Spark cannot work with. What the scan could not read is unlooked.
[[nodiscard]] Observed judge_environment(const PythonManifest& python);

/// The python differences among `differences` as findings, worst first; other kinds are left alone.
/// `critical` are names of distributions, normalised or not, that UDFs need
/// (probes.python.critical).
[[nodiscard]] std::vector<Finding> judge_differences(std::span<const Difference> differences,
                                                     const std::vector<std::string>& critical);

/// Numbers for the exporters: distributions found, and `differences` by kind (the code without its
/// area) and severity.
[[nodiscard]] std::vector<Measurement> measurements_of(const PythonManifest& python,
                                                       std::span<const Finding> differences);

}  // namespace sparkwarden::probes::python
