// SPDX-License-Identifier: Apache-2.0
#include "probes/python/scan.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "probes/python/distributions.hpp"
#include "probes/python/interpreter.hpp"
#include "probes/python/pyspark.hpp"
#include "probes/python/search_path.hpp"

namespace sparkwarden::probes::python {
namespace {

template <typename T>
void append(std::vector<T>& into, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(into));
}

}  // namespace

PythonManifest scan(const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
  const Interpreter interpreter =
      find_interpreter(tree, place, request.interpreter, request.driver);
  PythonManifest python{.requested = interpreter.requested,
                        .executable = interpreter.executable,
                        .implementation = interpreter.implementation,
                        .version = interpreter.version,
                        .abi = interpreter.abi,
                        .machine = interpreter.machine,
                        .incomplete = interpreter.incomplete};
  if (!interpreter.prefix.empty() && !interpreter.version.empty()) {
    SearchPath path = search_path(tree, place, interpreter, request.spark_home);
    Distributions found = find_distributions(tree, path.entries);
    python.pyspark = find_pyspark(tree, path.entries, found.installed);
    python.path = std::move(path.entries);
    python.distributions = std::move(found.installed);
    python.shadowed = std::move(found.shadowed);
    python.notes = std::move(path.notes);
    append(python.notes, std::move(found.notes));
    append(python.incomplete, std::move(path.incomplete));
    append(python.incomplete, std::move(found.incomplete));
  }
  python.complete = python.incomplete.empty();
  return python;
}

int run_child() {
  return io::run_scan_child(
      [](const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
        return Manifest{.python =
                            std::make_shared<const PythonManifest>(scan(tree, place, request))};
      });
}

}  // namespace sparkwarden::probes::python
