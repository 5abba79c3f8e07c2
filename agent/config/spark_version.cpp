// SPDX-License-Identifier: Apache-2.0
#include "agent/config/spark_version.hpp"

#include <algorithm>
#include <utility>

namespace sparkwarden::settings {

std::optional<SparkVersion> Codec<SparkVersion>::read(const yaml::Node& node, const Scope& scope) {
  auto text = read_text(node, scope);
  if (!text) return std::nullopt;
  const bool numbers = text->find_first_not_of("0123456789.") == std::string::npos &&
                       text->find("..") == std::string::npos && !text->starts_with('.') &&
                       !text->ends_with('.');
  const auto dots = std::ranges::count(*text, '.');
  if (!numbers || dots < 1 || dots > 2) {
    scope.problem(node, "expected a release of Spark such as 4.0 or 4.0.1, or auto");
    return std::nullopt;
  }
  return SparkVersion{std::move(*text)};
}

std::string Codec<SparkVersion>::show(const SparkVersion& version) {
  return show_text(version.text);
}

}  // namespace sparkwarden::settings
