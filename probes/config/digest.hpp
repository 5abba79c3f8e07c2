// SPDX-License-Identifier: Apache-2.0
// SHA-256 of a file's content, so that two pods can tell whether they read the same one.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

/// Lower-case hex; empty if libcrypto refuses (FIPS policies never refuse SHA-256).
[[nodiscard]] std::string sha256_hex(std::string_view content);

}  // namespace sparkwarden::probes::config
