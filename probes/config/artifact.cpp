// SPDX-License-Identifier: Apache-2.0
#include "probes/config/artifact.hpp"

#include <cstddef>

#include "agent/core/compare.hpp"

namespace sparkwarden::probes::config {
namespace {

void split_scala(Artifact& artifact) {
  const std::size_t at = artifact.name.rfind('_');
  if (at == std::string::npos || at + 1 == artifact.name.size()) return;
  const std::string suffix = artifact.name.substr(at + 1);
  if (suffix.find_first_not_of("0123456789.") != std::string::npos) return;
  artifact.scala = suffix;
  artifact.name.resize(at);
}

}  // namespace

std::optional<Artifact> artifact_from_path(std::string_view path) {
  path = path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  if (!path.ends_with(".jar")) return std::nullopt;
  path.remove_suffix(4);
  const std::string version = split_jar_name(path).version;
  const std::size_t at = version.empty() ? std::string::npos : path.rfind("-" + version);
  if (at == std::string::npos || at == 0) return std::nullopt;
  Artifact artifact{.name = std::string(path.substr(0, at)), .version = version};
  const std::string_view rest = path.substr(at + 1 + version.size());
  if (rest.starts_with('-')) artifact.classifier = rest.substr(1);
  split_scala(artifact);
  return artifact;
}

std::optional<Artifact> artifact_from_coordinates(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t second = text.find(':', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  Artifact artifact{.name = std::string(text.substr(first + 1, second - first - 1))};
  artifact.version = text.substr(second + 1);
  if (artifact.name.empty() || artifact.version.empty()) return std::nullopt;
  split_scala(artifact);
  return artifact;
}

}  // namespace sparkwarden::probes::config
