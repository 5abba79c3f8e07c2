// SPDX-License-Identifier: Apache-2.0
// The metric families of the probe `runtime`.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/measurement.hpp"

namespace sparkwarden::probes::runtime::measures {

inline constexpr std::string_view kDifferenceLabels[] = {"kind", "severity"};

inline constexpr MeasureSpec kJars{.name = "sparkwarden_runtime_jars",
                                   .help = "Jars in the jars directory of this pod's Spark."};
inline constexpr MeasureSpec kDifferences{
    .name = "sparkwarden_runtime_differences",
    .help =
        "Differences between this executor's Spark, Java and jars and its driver's, by kind "
        "and severity.",
    .label_keys = kDifferenceLabels};

inline constexpr std::array kAll{&kJars, &kDifferences};

}  // namespace sparkwarden::probes::runtime::measures
