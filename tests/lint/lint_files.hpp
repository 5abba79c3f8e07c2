// SPDX-License-Identifier: Apache-2.0
// Lint over files that a test writes down: no file system.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/lint/review.hpp"
#include "tests/support/memory_files.hpp"

namespace sparkwarden::tests {

using Files = std::map<std::string, std::string>;

inline std::vector<lint::Source> sources_of(const Files& files) {
  std::vector<lint::Source> sources;
  for (const auto& [path, text] : files) sources.push_back(lint::source_of({path, false}, text));
  return sources;
}

inline std::vector<lint::Linted> lint_files(const Files& files) {
  return lint::lint(sources_of(files));
}

inline std::vector<Finding> findings_in(const Files& files) {
  std::vector<Finding> all;
  for (const lint::Linted& linted : lint_files(files)) {
    all.insert(all.end(), linted.findings.begin(), linted.findings.end());
  }
  return all;
}

/// `path:line:column code`, as far as they are known.
inline std::string brief(const Finding& finding) {
  const Location at = finding.location.value_or(Location{});
  return at.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
         finding.code;
}

inline std::vector<std::string> briefs(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) all.push_back(brief(finding));
  return all;
}

}  // namespace sparkwarden::tests
