// SPDX-License-Identifier: Apache-2.0
// Versions of Python distributions: PEP 440, and where two of them part.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden {

/// A PEP 440 version. Numbers are kept as digits without leading zeros, so none is too large.
struct PythonVersion {
  std::string epoch = "0";
  std::vector<std::string> release = {};  // trailing zeros stripped
  std::string pre_letter = {};            // a, b, rc; empty: none
  std::string pre_number = {};
  std::optional<std::string> post = {};
  std::optional<std::string> dev = {};
  std::vector<std::string> local = {};  // lower case

  bool operator==(const PythonVersion&) const = default;
};

/// nullopt: not PEP 440 (legacy egg-info, distribution builds).
[[nodiscard]] std::optional<PythonVersion> parse_version(std::string_view text);

/// PEP 440 order: dev < pre < release < post; a local label sorts after none.
[[nodiscard]] std::strong_ordering compare_versions(const PythonVersion& left,
                                                    const PythonVersion& right);

/// The most significant part in which two versions differ.
enum class VersionPart {
  none,    // equal
  local,   // 2.1.0 and 2.1.0+cu121: another build of one version
  suffix,  // pre, post or dev
  micro,   // third release number or later
  minor,
  major,     // first release number or epoch
  unordered  // one of them is not PEP 440, and the texts differ
};

/// Pure on texts, so that legacy versions compare too (as trimmed text).
[[nodiscard]] VersionPart differs_in(std::string_view left, std::string_view right);

}  // namespace sparkwarden
