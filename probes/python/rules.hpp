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
/// (probes.python.critical). At most kFindingsPerCode of one code and severity, then one that says
/// how many more.
[[nodiscard]] std::vector<Finding> judge_differences(std::span<const Difference> differences,
                                                     const std::vector<std::string>& critical);

inline constexpr std::size_t kFindingsPerCode = 20;

}  // namespace sparkwarden::probes::python
