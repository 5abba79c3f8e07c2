// SPDX-License-Identifier: Apache-2.0
// `.sparkwarden.yaml`: what a repository says about its lint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/binder.hpp"
#include "agent/core/policy.hpp"

namespace sparkwarden::settings {

struct LintSettings {
  int version = 1;
  FindingPolicy findings;            // as in the agent's settings
  std::vector<std::string> exclude;  // patterns, from `directory` on
  std::vector<std::string> same;     // keys, or prefixes that end in a dot
  std::string directory;             // absolute, where the file lies; no key of it

  void bind(Binder& binder);
};

struct LoadedLint {
  LintSettings settings;
  Problems problems;  // every one; with any of them the settings must not be used
};

/// The settings in `text`. `file_name` is for the problems.
[[nodiscard]] LoadedLint load_lint(std::string_view text, const std::string& file_name);

}  // namespace sparkwarden::settings
