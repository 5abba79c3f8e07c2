// SPDX-License-Identifier: Apache-2.0
#include "agent/io/inventory_variables.hpp"

#include <algorithm>
#include <array>

namespace sparkwarden::io {
namespace {

// Whole names: PYSPARK_GATEWAY_SECRET and PYTHON_KEYRING_PASSWORD begin like harmless ones, and
// PYSPARK_SUBMIT_ARGS holds whatever --conf holds.
constexpr std::array<std::string_view, 18> kNames{"PATH",
                                                  "HOME",
                                                  "SPARK_HOME",
                                                  "SPARK_DRIVER_URL",
                                                  "JAVA_HOME",
                                                  "VIRTUAL_ENV",
                                                  "CONDA_PREFIX",
                                                  "PYSPARK_PYTHON",
                                                  "PYSPARK_DRIVER_PYTHON",
                                                  "PYTHONPATH",
                                                  "PYTHONHOME",
                                                  "PYTHONUSERBASE",
                                                  "PYTHONNOUSERSITE",
                                                  "PYTHONPLATLIBDIR",
                                                  "PYTHONSAFEPATH",
                                                  "PYENV_ROOT",
                                                  "PYENV_VERSION",
                                                  "PYENV_DIR"};
constexpr std::size_t kValueMax = 8 * 1024;

}  // namespace

bool is_inventory_variable(std::string_view name) {
  return std::ranges::find(kNames, name) != kNames.end();
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
