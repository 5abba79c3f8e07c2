// SPDX-License-Identifier: Apache-2.0
// Names of canary files: c-<run>-<8 hex>, different between pods and runs.
#pragma once

#include <cstdint>
#include <string>

namespace sparkwarden::probes::storage {

/// A well-spread number from seed and counter (splitmix64).
[[nodiscard]] std::uint64_t mixed(std::uint64_t seed, std::uint64_t counter);

/// A single path component.
[[nodiscard]] std::string canary_name(std::uint64_t run, std::uint64_t number);

}  // namespace sparkwarden::probes::storage
