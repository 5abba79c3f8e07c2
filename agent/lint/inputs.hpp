// SPDX-License-Identifier: Apache-2.0
// From the paths of a command line to the files behind them. Finds files; opens none.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace sparkwarden::lint {

/// One tree can be as large as somebody's disk; what is left out is told.
struct InputBounds {
  std::size_t files = 20'000;     // candidates
  std::size_t entries = 500'000;  // directory entries looked at
  int depth = 32;
};

struct InputFile {
  std::string path;    // as it is shown
  bool named = false;  // the user gave this very path

  bool operator==(const InputFile&) const = default;
};

struct Inputs {
  std::vector<InputFile> files = {};       // sorted, each once
  std::vector<std::string> missing = {};   // paths and patterns behind which there is nothing
  std::vector<std::string> left_out = {};  // directories that were not read, with the reason
};

inline constexpr const char* kStdin = "-";

/// Every file below `paths` that can be configuration: by its extension where a directory was
/// given, always where it was named. `-` stays `-`. Directories named .git, .hg, .svn and
/// node_modules are skipped, and so is whatever `excluded` says.
/// A symbolic link to a file counts when the file lies below the same argument (so does a mounted
/// ConfigMap); one to a directory is never followed.
[[nodiscard]] Inputs find_inputs(const std::vector<std::string>& paths,
                                 const std::function<bool(const std::string&)>& excluded = {},
                                 InputBounds bounds = {});

}  // namespace sparkwarden::lint
