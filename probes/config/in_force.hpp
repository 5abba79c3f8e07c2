// SPDX-License-Identifier: Apache-2.0
// The settings of a properties file that count.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "probes/config/properties.hpp"

namespace sparkwarden::probes::config {

/// Of each key the last entry, in file order. They point into `properties`.
[[nodiscard]] inline std::vector<const Property*> in_force(const Properties& properties) {
  std::unordered_map<std::string_view, const Property*> last;
  for (const Property& property : properties.entries) last[property.key.text] = &property;
  std::vector<const Property*> all;
  all.reserve(last.size());
  for (const Property& property : properties.entries) {
    if (last[property.key.text] == &property) all.push_back(&property);
  }
  return all;
}

}  // namespace sparkwarden::probes::config
