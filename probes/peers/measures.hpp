// SPDX-License-Identifier: Apache-2.0
// The metric families of the probe `peers`.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/measurement.hpp"

namespace sparkwarden::probes::peers::measures {

inline constexpr std::string_view kResultLabels[] = {"result"};

inline constexpr MeasureSpec kUp{
    .name = "sparkwarden_peer_up",
    .help =
        "1 if the last run had the manifest of this executor's driver, or heard that it had "
        "not changed."};
inline constexpr MeasureSpec kRequests{
    .name = "sparkwarden_peer_requests_total",
    .help = "Requests to the driver's agent, by what came of them.",
    .kind = Kind::counter,
    .label_keys = kResultLabels};
inline constexpr MeasureSpec kClockSkew{
    .name = "sparkwarden_peer_clock_skew_seconds",
    .help = "The driver's clock minus this executor's; 0 while they agree within a second."};

inline constexpr std::array kAll{&kUp, &kRequests, &kClockSkew};

}  // namespace sparkwarden::probes::peers::measures
