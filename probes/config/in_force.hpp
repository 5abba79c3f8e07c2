// SPDX-License-Identifier: Apache-2.0
// The settings of a properties file that count.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "probes/config/properties.hpp"

namespace sparkwarden::probes::config {

/// Of each key the last entry, in file order. They point into `properties`.
[[nodiscard]] inline std::vector<const Property*> in_force(const Properties& properties) {
  std::unordered_set<std::string_view> later(properties.entries.size());
  std::vector<const Property*> all;
  all.reserve(properties.entries.size());
  for (auto entry = properties.entries.rbegin(); entry != properties.entries.rend(); ++entry) {
    if (later.insert(entry->key.text).second) all.push_back(&*entry);
  }
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace sparkwarden::probes::config
