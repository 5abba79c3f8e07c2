// SPDX-License-Identifier: Apache-2.0
// What can be mended without a decision: the file says the same before and after, only not by luck.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/lint/source.hpp"

namespace sparkwarden::lint {

struct Fix {
  int line = 0;  // of the file as it was
  std::string what;

  bool operator==(const Fix&) const = default;
};

/// A file as it was and as it shall be, line by line; a line that goes is nullopt.
struct Mended {
  std::string path;
  std::vector<std::string> before;  // without line ends
  std::vector<std::optional<std::string>> after;
  std::vector<Fix> fixes;  // never empty
  bool ends_with_newline = true;

  [[nodiscard]] std::string text() const;
};

/// nullopt when there is nothing to mend, or when the outcome would not mean the same. In
/// spark-defaults.conf: a byte order mark, carriage returns, and lines that repeat a key with the
/// value it has anyway. In Hadoop XML: carriage returns, and blanks around a value, which Hadoop
/// keeps; not around those of keys that speak of separators and the like. Files inside of manifests
/// are left alone.
[[nodiscard]] std::optional<Mended> mend(const Source& source);

/// `mended` as a unified diff, three lines of context.
[[nodiscard]] std::string unified_diff(const Mended& mended);

}  // namespace sparkwarden::lint
