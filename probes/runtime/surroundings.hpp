// SPDX-License-Identifier: Apache-2.0
// What the searches for Spark and Java have in common: the tree, whose it is, and its PATH.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/io/place.hpp"
#include "agent/io/tree.hpp"

namespace sparkwarden::probes::runtime {

/// Lent for one scan. `running`: the place is that of a Spark process, so that Spark and Java are
/// there, found or not.
struct Surroundings {
  const io::Tree& tree;
  const io::Place& place;
  bool running = false;

  /// Empty where it is not set.
  [[nodiscard]] std::string variable(std::string_view name) const;
  /// Whether somebody's environment is known: every process has a PATH, an unpacked image has none.
  [[nodiscard]] bool knows_environment() const { return !variable("PATH").empty(); }
  /// The absolute directories of PATH, in order; the usual ones where it is not known.
  [[nodiscard]] std::vector<std::string> path() const;
};

/// As a reason in `incomplete`.
[[nodiscard]] std::string told(const io::FileError& error);

/// The directory that `path` is in.
[[nodiscard]] std::string directory_of(const std::string& path);

/// The letters, digits, dots, hyphens, underscores and pluses that `text` begins with: what
/// versions and revisions are made of. Empty when there are more than 128.
[[nodiscard]] std::string word_at_start(std::string_view text);

}  // namespace sparkwarden::probes::runtime
