// SPDX-License-Identifier: Apache-2.0
#include "agent/core/fingerprint.hpp"

#include <algorithm>
#include <utility>

#include "agent/core/manifest.hpp"

namespace sparkwarden {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const std::size_t end = text.find_last_not_of(" \t\r") + 1;
  return text.substr(begin, std::max(begin, end) - begin);
}

}  // namespace

std::string Fingerprints::of(const Finding& finding) {
  const Location at = finding.location.value_or(Location{});
  std::string line;
  if (at.line > 0 && source_line_) line = source_line_(at.path, at.line).value_or("");
  // A NUL stands in none of the four.
  std::string text = finding.code + '\0' + at.path + '\0' + finding.subject + '\0' + trimmed(line);
  const int before = seen_[text]++;
  if (before > 0) text += '\0' + std::to_string(before);
  return sha256_hex(text);
}

}  // namespace sparkwarden
