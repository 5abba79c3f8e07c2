// SPDX-License-Identifier: Apache-2.0
// The numbers this probe measures.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/measurement.hpp"

namespace sparkwarden::probes::config {

inline constexpr std::array<std::string_view, 1> kFileLabel{"file"};

inline constexpr MeasureSpec kKeys{
    .name = "sparkwarden_config_keys",
    .help = "Keys in each configuration file that was read and parsed (file: its kind).",
    .kind = Kind::gauge,
    .label_keys = kFileLabel};

inline constexpr MeasureSpec kDigest{
    .name = "sparkwarden_config_digest",
    .help =
        "The first 48 bits of the SHA-256 of each configuration file that was read (file: its "
        "kind); the same number is the same file.",
    .kind = Kind::gauge,
    .label_keys = kFileLabel};

inline constexpr std::array<const MeasureSpec*, 2> kMeasures{&kKeys, &kDigest};

}  // namespace sparkwarden::probes::config
