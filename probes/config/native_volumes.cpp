// SPDX-License-Identifier: Apache-2.0
#include "probes/config/native_volumes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kPrefix = "spark.kubernetes.executor.volumes.";

struct KeyParts {
  std::string_view type;
  std::string_view name;
  std::string_view rest;
};

/// `<type>.<name>.<rest>` after the prefix; Spark splits at every dot, so names hold none.
std::optional<KeyParts> parts_of(std::string_view key) {
  if (!key.starts_with(kPrefix)) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  const std::size_t first = key.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = std::min(key.find('.', first + 1), key.size());
  const std::string_view name = key.substr(first + 1, second - first - 1);
  if (first == 0 || name.empty()) return std::nullopt;
  return KeyParts{key.substr(0, first),
                  name,
                  second < key.size() ? key.substr(second + 1) : std::string_view()};
}

}  // namespace

std::vector<NativeVolume> native_volumes(const Properties& defaults) {
  std::vector<NativeVolume> volumes;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> known;
  for (const Property& property : defaults.entries) {
    const auto parts = parts_of(property.key.text);
    if (!parts) continue;
    const auto [index, fresh] = known.try_emplace({parts->type, parts->name}, volumes.size());
    if (fresh) {
      volumes.push_back({.type = std::string(parts->type),
                         .name = std::string(parts->name),
                         .first_key = property.key});
    }
    if (parts->rest == "mount.path") volumes[index->second].mount_path = property.value;
  }
  return volumes;
}

}  // namespace sparkwarden::probes::config
