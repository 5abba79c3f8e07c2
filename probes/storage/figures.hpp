// SPDX-License-Identifier: Apache-2.0
// What was seen, as measurements of measures.hpp. Pure; the steps' own are rules.hpp's
// measurements_of.
#pragma once

#include <optional>
#include <string_view>

#include "agent/core/report.hpp"
#include "probes/storage/mount_traffic.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {

/// Size and free space of the file system, as far as the child told them.
void measure_space(const WireLook& look, Observed& seen);

/// The node's requests since the last look; nothing where there is none to compare with.
void measure_traffic(const std::optional<MountTraffic>& traffic, Observed& seen);

/// Children that had to be killed, by way. A 0 too: a counter whose first value is 1 does not grow.
void measure_kills(std::string_view via, int killed, Observed& seen);

}  // namespace sparkwarden::probes::storage
