// SPDX-License-Identifier: Apache-2.0
// The Python side of a manifest, from files alone: nothing of what is found is ever run.
#pragma once

#include "agent/core/python_manifest.hpp"
#include "agent/io/place.hpp"
#include "agent/io/scan_child.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

inline constexpr std::string_view kVerb = "python";

/// What `import` would find with the interpreter that PySpark would start in `place`: that of the
/// request, else PYSPARK_PYTHON, else python3 on the PATH.
/// Errors: none; what could not be read is in `incomplete`.
[[nodiscard]] PythonManifest scan(const io::Tree& tree,
                                  const io::Place& place,
                                  const io::ScanRequest& request);

/// The child process `child python`.
[[nodiscard]] int run_child();

}  // namespace sparkwarden::probes::python
