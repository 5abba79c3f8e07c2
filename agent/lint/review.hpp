// SPDX-License-Identifier: Apache-2.0
// What people have decided about findings: severities and suppressions of the nearest
// .sparkwarden.yaml, and comments in the files themselves.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/core/policy.hpp"
#include "agent/lint/lint.hpp"

namespace sparkwarden::lint {

struct Reviewed {
  std::string name;
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};
  std::vector<Suppressed> suppressed = {};
};

/// The policy for a file; never null. Equal answers for equal directories.
using PolicyOf = std::function<const FindingPolicy*(const std::string& path)>;

/// `linted` as people want it judged. A suppression that has no reason, has expired or matches
/// nothing is a finding itself, in an application of its own file; of those in settings only the
/// ones about codes that lint can find.
[[nodiscard]] std::vector<Reviewed> review(std::vector<Linted> linted,
                                           const std::vector<Source>& sources,
                                           const PolicyOf& policy_of,
                                           WallTime now);

}  // namespace sparkwarden::lint
