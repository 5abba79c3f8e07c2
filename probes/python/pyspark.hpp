// SPDX-License-Identifier: Apache-2.0
// The pyspark that a worker really imports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/python_manifest.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

/// The first entry of the search path that holds the package, whatever distribution claims it: its
/// version, that of the py4j beside it, and of the cloudpickle inside it. nullopt: none does.
/// `installed` tells a py4j that comes as a distribution.
/// Source: Spark's PythonUtils.sparkPythonPath; pyspark/version.py.
[[nodiscard]] std::optional<PySpark> find_pyspark(const io::Tree& tree,
                                                  const std::vector<std::string>& entries,
                                                  const std::vector<Distribution>& installed);

}  // namespace sparkwarden::probes::python
