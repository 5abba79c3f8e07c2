// SPDX-License-Identifier: Apache-2.0
// The distributions that stand in the entries of a search path: dist-info and egg-info in all their
// shapes, the first of each name and what it hides.
#pragma once

#include <string>
#include <vector>

#include "agent/core/python_manifest.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::python {

/// As `pip list` would have it: the first of each normalised name in path order in `distributions`
/// (sorted by name), the others in `shadowed`.
struct Distributions {
  std::vector<Distribution> installed = {};
  std::vector<Shadowed> shadowed = {};
  std::vector<PythonNote> notes = {};
  std::vector<std::string> incomplete = {};

  bool operator==(const Distributions&) const = default;
};

/// `entries` are directories or zip files inside `tree`, in path order; what stands in them is
/// looked at one level deep, as import does. Bounded: 20,000 entries a directory, 4 KiB (then 1
/// MiB) of a METADATA, 16 MiB of a RECORD. Source: packaging.python.org,
/// recording-installed-packages; importlib.metadata; PEP 376, 610.
[[nodiscard]] Distributions find_distributions(const io::Tree& tree,
                                               const std::vector<std::string>& entries);

}  // namespace sparkwarden::probes::python
