// SPDX-License-Identifier: Apache-2.0
// What the user's settings change about findings: severities by code, and suppressions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/report.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden {

/// nullopt: off.
using Override = std::optional<Severity>;

/// Hides findings of `code`, and of `subject` unless that is empty, until the end of `expires`.
struct Suppression {
  std::string code;
  std::string subject;
  std::string reason = {};
  std::optional<WallTime> expires;
};

struct FindingPolicy {
  std::map<std::string, Override> overrides;  // code or prefix.*; the longest match wins
  std::vector<Suppression> suppressions;
};

/// `observed` as the user wants it judged. Unlooked entries are never changed: what could not be
/// looked at stays unknown.
[[nodiscard]] Observed apply(const FindingPolicy& policy, Observed observed, WallTime now);

/// Whether `pattern` (a code, or prefix.*) covers `code`.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view code);

}  // namespace sparkwarden
