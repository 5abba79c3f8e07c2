// SPDX-License-Identifier: Apache-2.0
// Which environment variables an inventory may know: those that decide what Python, Spark and Java
// there are, and nothing that could hold a secret.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sparkwarden::io {

/// Exactly those that a scan reads or may come to read: PATH, HOME, SPARK_HOME, SPARK_DRIVER_URL,
/// JAVA_HOME, VIRTUAL_ENV, CONDA_PREFIX, PYSPARK_PYTHON, PYSPARK_DRIVER_PYTHON, and of PYTHON* and
/// PYENV_* the ones that name places and versions.
[[nodiscard]] bool is_inventory_variable(std::string_view name);

/// Those of `environment`; values of more than 8 KiB are left out.
[[nodiscard]] std::map<std::string, std::string> inventory_variables(
    const std::map<std::string, std::string>& environment);

}  // namespace sparkwarden::io
