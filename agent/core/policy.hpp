// SPDX-License-Identifier: Apache-2.0
// What the user's settings change about findings: severities by code, and suppressions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  Location at = {};  // where the settings say so
};

/// A finding that somebody decided not to see, and why.
struct Suppressed {
  Finding finding;
  std::string reason = {};
  bool in_source = false;  // by a comment beside it; else by settings

  bool operator==(const Suppressed&) const = default;
};

struct FindingPolicy {
  std::map<std::string, Override> overrides;  // code or prefix.*; the longest match wins
  std::vector<Suppression> suppressions;
};

/// `observed` as the user wants it judged. Unlooked entries are never changed: what could not be
/// looked at stays unknown.
[[nodiscard]] Observed apply(const FindingPolicy& policy, Observed observed, WallTime now);

/// The override with the longest pattern that covers `code`; nullptr: none.
[[nodiscard]] const Override* override_for(const FindingPolicy& policy, std::string_view code);

/// The first suppression in force that hides `finding`; nullptr: none.
[[nodiscard]] const Suppression* suppression_of(const FindingPolicy& policy,
                                                const Finding& finding,
                                                WallTime now);

/// Whether `pattern` (a code, or prefix.*) covers `code`.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view code);

}  // namespace sparkwarden
