// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/canary_name.hpp"

#include <array>
#include <cstdio>

namespace sparkwarden::probes::storage {

std::uint64_t mixed(std::uint64_t seed, std::uint64_t counter) {
  std::uint64_t z = seed + counter * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::string canary_name(std::uint64_t run, std::uint64_t number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(number & 0xFFFFFFFF));
  return "c-" + std::to_string(run) + "-" + text.data();
}

}  // namespace sparkwarden::probes::storage
