// SPDX-License-Identifier: Apache-2.0
#include "agent/core/policy.hpp"

#include <algorithm>
#include <string_view>

namespace sparkwarden {
const Override* override_for(const FindingPolicy& policy, std::string_view code) {
  const Override* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& [pattern, value] : policy.overrides) {
    if (covers(pattern, code) && (best == nullptr || pattern.size() > best_length)) {
      best = &value;
      best_length = pattern.size();
    }
  }
  return best;
}

const Suppression* suppression_of(const FindingPolicy& policy,
                                  const Finding& finding,
                                  WallTime now) {
  const auto hides = [&](const Suppression& suppression) {
    return covers(suppression.code, finding.code) &&
           (suppression.subject.empty() || suppression.subject == finding.subject) &&
           (!suppression.expires || now < *suppression.expires);
  };
  const auto found = std::ranges::find_if(policy.suppressions, hides);
  return found == policy.suppressions.end() ? nullptr : &*found;
}

bool covers(std::string_view pattern, std::string_view code) {
  if (pattern.ends_with(".*")) return code.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == code;
}

Observed apply(const FindingPolicy& policy, Observed observed, WallTime now) {
  std::erase_if(observed.findings, [&](Finding& finding) {
    if (suppression_of(policy, finding, now) != nullptr) return true;
    const Override* change = override_for(policy, finding.code);
    if (change == nullptr) return false;
    if (!*change) return true;
    finding.severity = **change;
    return false;
  });
  return observed;
}

}  // namespace sparkwarden
