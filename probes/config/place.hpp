// SPDX-License-Identifier: Apache-2.0
// A piece of text that knows where in its file it stands. Parsers produce these; rules turn them
// into Locations, which also name the file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::config {

/// Lines and columns count from 1; columns count bytes, as compilers do. `end_column` is one past
/// the last byte on the same line, 0 when unknown.
struct Place {
  int line = 0;
  int column = 0;
  int end_column = 0;

  bool operator==(const Place&) const = default;
};

struct Text {
  std::string text = {};
  Place at = {};

  bool operator==(const Text&) const = default;
};

/// Turns byte offsets into places. Lines end at LF, CR LF or CR.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);

  /// The place of bytes [begin, end); the end is cut at the end of the line that `begin` is on.
  [[nodiscard]] Place place(std::size_t begin, std::size_t end) const;

 private:
  std::size_t size_ = 0;
  std::vector<std::size_t> starts_;  // of each line
};

[[nodiscard]] inline Location locate(std::string path, Place at) {
  return {std::move(path), at.line, at.column, at.end_column};
}

}  // namespace sparkwarden::probes::config
