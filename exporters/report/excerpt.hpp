// SPDX-License-Identifier: Apache-2.0
// A source line with the place under it marked.
#pragma once

#include <cstddef>
#include <string>

#include "agent/core/finding.hpp"

namespace sparkwarden::exporters {

struct Excerpt {
  std::string gutter = {};   // "   29 | "
  std::string line = {};     // safe to print, cut to the width
  std::string margin = {};   // "      | "
  std::string pointer = {};  // blanks and marks; empty when the place has no column

  bool operator==(const Excerpt&) const = default;
};

/// `line` as it is shown, with `mark` under the columns of `place`. A line that is too wide is cut
/// around the place, with "..." where it was cut.
[[nodiscard]] Excerpt excerpt(const std::string& line,
                              const Location& place,
                              char mark,
                              std::size_t width);

}  // namespace sparkwarden::exporters
