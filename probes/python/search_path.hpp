// SPDX-License-Identifier: Apache-2.0
// sys.path of a PySpark worker, without the standard library: Spark's own zips, PYTHONPATH, then
// the interpreter's site directories with what their .pth files add.
#pragma once

#include <string>
#include <vector>

#include "agent/core/python_manifest.hpp"
#include "agent/io/place.hpp"
#include "agent/io/tree.hpp"
#include "probes/python/interpreter.hpp"

namespace sparkwarden::probes::python {

/// `entries` exist, are directories or zip files, and are told apart by device and inode: the first
/// way to a place counts. `notes` are of kind dynamic_path.
struct SearchPath {
  std::vector<std::string> entries = {};
  std::vector<PythonNote> notes = {};
  std::vector<std::string> incomplete = {};

  bool operator==(const SearchPath&) const = default;
};

/// Source: cpython Lib/site.py (order, .pth grammar), Debian's patched site.py, Spark's
/// PythonUtils.sparkPythonPath.
[[nodiscard]] SearchPath search_path(const io::Tree& tree,
                                     const io::Place& place,
                                     const Interpreter& interpreter,
                                     const std::string& spark_home);

}  // namespace sparkwarden::probes::python
