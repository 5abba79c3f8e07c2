// SPDX-License-Identifier: Apache-2.0
// Rules know files. What lint hands them is often no file: a key of a ConfigMap, the arguments of a
// container, several sources as Spark merges them. Each such text has a path of its own, and this
// is how a finding gets back to the file that a person can open.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/finding.hpp"
#include "agent/lint/scalar_map.hpp"

namespace sparkwarden::lint {

/// `config.yaml#spark-conf/core-site.xml`: the scalar at `file`; without a map its first line.
struct Embedded {
  std::string file;
  Place at = {};  // of the scalar
  std::optional<ScalarMap> map = {};
};

/// A list of places that stands in for a file: line N of it is number N.
using Lines = std::vector<Location>;

class Origins {
 public:
  void add(std::string path, Embedded embedded);
  void add(std::string path, Lines lines);
  void merge(Origins more);

  /// `location` in a file that exists; unchanged when its path is one already.
  [[nodiscard]] Location original(const Location& location) const;
  /// All places of `finding`.
  [[nodiscard]] Finding original(Finding finding) const;

 private:
  std::map<std::string, std::variant<Embedded, Lines>> origins_;
};

}  // namespace sparkwarden::lint
