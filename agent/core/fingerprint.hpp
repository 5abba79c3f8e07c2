// SPDX-License-Identifier: Apache-2.0
// What makes a finding the same finding tomorrow, when lines have moved.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "agent/core/finding.hpp"

namespace sparkwarden {

/// The text of one line of a file (from 1, without its line end), already masked; nullopt: not to
/// be had.
using SourceLine = std::function<std::optional<std::string>(const std::string& path, int line)>;

/// Fingerprints of findings in their order: SHA-256 in hex over code, file, subject and the text of
/// the line without its indentation, and over how many equal ones came before. Moving a line or
/// changing another one leaves them; changing the line itself makes a new finding.
class Fingerprints {
 public:
  explicit Fingerprints(SourceLine source_line) : source_line_(std::move(source_line)) {}

  [[nodiscard]] std::string of(const Finding& finding);

 private:
  SourceLine source_line_;
  std::map<std::string, int> seen_;
};

}  // namespace sparkwarden
