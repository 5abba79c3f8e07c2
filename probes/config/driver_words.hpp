// SPDX-License-Identifier: Apache-2.0
// A finding about the driver's pod, told as that: rows of the code table speak of executors.
#pragma once

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

/// `finding` of a rule about a pod, with its message, effect and fix made those of the driver.
[[nodiscard]] Finding told_of_driver(Finding finding);

}  // namespace sparkwarden::probes::config
