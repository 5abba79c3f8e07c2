// SPDX-License-Identifier: Apache-2.0
// Which Python a name leads to inside a tree, and all that can be told about it without running it.
#pragma once

#include <string>
#include <vector>

#include "agent/io/place.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

struct Interpreter {
  std::string requested = {};
  std::string executable = {};        // absolute, links not resolved; empty: none was found
  std::string prefix = {};            // sys.prefix: of the virtual environment, if it is one
  std::string base_prefix = {};       // sys.base_prefix
  std::string standard_library = {};  // below base_prefix: lib/python3.11, lib64/pypy3.10
  std::string implementation = {};    // cpython, pypy
  std::string version = {};           // 3.11.2, or 3.11 where no more can be told
  std::string abi = {};               // cp311, cp313t, pp310
  std::string machine = {};           // x86_64, aarch64
  bool virtual_environment = false;
  bool system_site_packages = true;  // of a virtual environment: its own setting
  bool debian = false;               // dist-packages instead of site-packages
  std::vector<std::string> incomplete = {};

  bool operator==(const Interpreter&) const = default;
};

/// Without `requested`: PYSPARK_DRIVER_PYTHON if `driver`, else PYSPARK_PYTHON, else python3. A
/// script whose first line names an interpreter (ipython, jupyter) leads to that one.
/// Source: cpython Modules/getpath.py and Lib/site.py; Spark's PythonUtils.defaultPythonExec; for
/// the shims of pyenv its documentation, "Understanding Python version selection".
/// Errors: none. An empty `executable` says that there is none, or, with a reason in `incomplete`,
/// that none was found and there may be one.
[[nodiscard]] Interpreter find_interpreter(const io::Tree& tree,
                                           const io::Place& place,
                                           const std::string& requested,
                                           bool driver = false);

}  // namespace sparkwarden::probes::python
