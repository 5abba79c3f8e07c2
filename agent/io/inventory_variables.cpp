// SPDX-License-Identifier: Apache-2.0
#include "agent/io/inventory_variables.hpp"

#include <algorithm>
#include <array>

namespace sparkwarden::io {
namespace {

constexpr std::array<std::string_view, 7> kNames{
    "PATH", "HOME", "SPARK_HOME", "SPARK_DRIVER_URL", "JAVA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX"};
constexpr std::array<std::string_view, 3> kPrefixes{"PYTHON", "PYSPARK_", "PYENV_"};
constexpr std::size_t kValueMax = 8 * 1024;

}  // namespace

bool is_inventory_variable(std::string_view name) {
  return std::ranges::find(kNames, name) != kNames.end() ||
         std::ranges::any_of(kPrefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::map<std::string, std::string> inventory_variables(
    const std::map<std::string, std::string>& environment) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : environment) {
    if (is_inventory_variable(name) && value.size() <= kValueMax) kept.emplace(name, value);
  }
  return kept;
}

}  // namespace sparkwarden::io
