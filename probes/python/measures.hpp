// SPDX-License-Identifier: Apache-2.0
// The metric families of the probe `python`.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/measurement.hpp"

namespace sparkwarden::probes::python::measures {

inline constexpr std::string_view kDifferenceLabels[] = {"kind", "severity"};

inline constexpr MeasureSpec kPackages{
    .name = "sparkwarden_python_packages",
    .help = "Python distributions that import would find with PySpark's interpreter."};
inline constexpr MeasureSpec kDifferences{
    .name = "sparkwarden_python_differences",
    .help = "Differences between this executor's Python and its driver's, by kind and severity.",
    .label_keys = kDifferenceLabels};

inline constexpr std::array kAll{&kPackages, &kDifferences};

}  // namespace sparkwarden::probes::python::measures
