// SPDX-License-Identifier: Apache-2.0
// How many connections a process has descriptors for.
#pragma once

#include <cstddef>

namespace sparkwarden::io {

/// Kept back for files, pipes and children: clients that hold every connection they can get must
/// not keep a probe from looking, or a health check from being accepted.
inline constexpr std::size_t kDescriptorsKept = 128;

/// Raises the soft limit of descriptors as far as `connections` need it and the hard limit allows,
/// and returns how many connections that leaves room for: at least 1.
[[nodiscard]] std::size_t make_room_for(std::size_t connections);

}  // namespace sparkwarden::io
