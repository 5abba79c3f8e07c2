// SPDX-License-Identifier: Apache-2.0
#include "probes/config/native_volumes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

struct KeyParts {
  std::string_view type;
  std::string_view name;
  std::string_view rest;
};

/// `<type>.<name>.<rest>` after the prefix; Spark splits at every dot, so names hold none.
std::optional<KeyParts> parts_of(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return std::nullopt;
  key.remove_prefix(prefix.size());
  const std::size_t first = key.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = std::min(key.find('.', first + 1), key.size());
  const std::string_view name = key.substr(first + 1, second - first - 1);
  if (first == 0 || name.empty()) return std::nullopt;
  return KeyParts{key.substr(0, first),
                  name,
                  second < key.size() ? key.substr(second + 1) : std::string_view()};
}

void set_option(NativeVolume& volume, std::string_view name, const Property& property) {
  const auto known = std::find_if(volume.options.begin(),
                                  volume.options.end(),
                                  [&](const Property& each) { return each.key.text == name; });
  if (known != volume.options.end()) volume.options.erase(known);
  volume.options.push_back({{std::string(name), property.key.at}, property.value});
}

}  // namespace

const Property* NativeVolume::option(std::string_view wanted) const {
  const auto found = std::find_if(options.begin(), options.end(), [&](const Property& each) {
    return each.key.text == wanted;
  });
  return found == options.end() ? nullptr : &*found;
}

std::vector<NativeVolume> native_volumes(const Properties& defaults, std::string_view prefix) {
  std::vector<NativeVolume> volumes;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> known;
  for (const Property& property : defaults.entries) {
    const auto parts = parts_of(property.key.text, prefix);
    if (!parts) continue;
    const auto [index, fresh] = known.try_emplace({parts->type, parts->name}, volumes.size());
    if (fresh) {
      volumes.push_back({.type = std::string(parts->type),
                         .name = std::string(parts->name),
                         .first_key = property.key});
    }
    NativeVolume& volume = volumes[index->second];
    if (parts->rest == "mount.path") volume.mount_path = property.value;
    if (!parts->rest.empty()) set_option(volume, parts->rest, property);
  }
  return volumes;
}

}  // namespace sparkwarden::probes::config
