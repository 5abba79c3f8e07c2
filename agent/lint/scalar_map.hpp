// SPDX-License-Identifier: Apache-2.0
// A file inside a YAML scalar (`core-site.xml: |` in a ConfigMap) and where each of its bytes
// stands in the manifest.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/config/yaml_tree.hpp"
#include "probes/config/place.hpp"

namespace sparkwarden::lint {

using probes::config::Place;

/// Offsets at which the lines of a text begin; lines end at LF.
[[nodiscard]] std::vector<std::size_t> line_starts(std::string_view text);

class ScalarMap {
 public:
  /// nullopt when the scalar's spelling could not be followed to its value (an alias, a tag): then
  /// nobody can say where in the manifest a line of it stands. `lines` is line_starts(`file`).
  /// Source: YAML 1.2 sections 7.3 (flow scalars) and 8.1 (block scalars). Checked against the
  /// parser: what does not decode to exactly `scalar.text` is given up.
  [[nodiscard]] static std::optional<ScalarMap> of(std::string_view file,
                                                   const std::vector<std::size_t>& lines,
                                                   const yaml::Node& scalar);

  /// The place in the manifest of a place in the scalar's value.
  [[nodiscard]] Place place(Place inside) const;

 private:
  /// From `offset` of the value on, bytes stand side by side in the file from line:column on.
  struct Run {
    std::size_t offset = 0;
    int line = 0;
    int column = 0;
  };
  friend class ScalarReader;

  std::vector<Run> runs_;
  std::vector<std::size_t> value_lines_;  // line_starts of the value
  std::size_t size_ = 0;
};

}  // namespace sparkwarden::lint
