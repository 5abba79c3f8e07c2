// SPDX-License-Identifier: Apache-2.0
#include "agent/core/policy.hpp"

#include <algorithm>
#include <string_view>

namespace sparkwarden {
namespace {

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

bool suppressed(const FindingPolicy& policy, const Finding& finding, WallTime now) {
  return std::ranges::any_of(policy.suppressions, [&](const Suppression& suppression) {
    return covers(suppression.code, finding.code) &&
           (suppression.subject.empty() || suppression.subject == finding.subject) &&
           (!suppression.expires || now < *suppression.expires);
  });
}

}  // namespace

bool covers(std::string_view pattern, std::string_view code) {
  if (pattern.ends_with(".*")) return code.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == code;
}

Observed apply(const FindingPolicy& policy, Observed observed, WallTime now) {
  std::erase_if(observed.findings, [&](Finding& finding) {
    if (suppressed(policy, finding, now)) return true;
    const Override* change = override_for(policy, finding.code);
    if (change == nullptr) return false;
    if (!*change) return true;
    finding.severity = **change;
    return false;
  });
  return observed;
}

}  // namespace sparkwarden
