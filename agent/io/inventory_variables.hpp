// SPDX-License-Identifier: Apache-2.0
// Which environment variables an inventory may know: those that decide what Python, Spark and Java
// there are, and nothing that could hold a secret.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sparkwarden::io {

/// PATH, HOME, PYTHON*, PYSPARK_*, PYENV_*, SPARK_HOME, SPARK_DRIVER_URL, JAVA_HOME,
/// VIRTUAL_ENV, CONDA_PREFIX.
[[nodiscard]] bool is_inventory_variable(std::string_view name);

/// Those of `environment`; values of more than 8 KiB are left out.
[[nodiscard]] std::map<std::string, std::string> inventory_variables(
    const std::map<std::string, std::string>& environment);

}  // namespace sparkwarden::io
