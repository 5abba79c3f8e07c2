// SPDX-License-Identifier: Apache-2.0
#include "agent/core/verdict.hpp"

#include <algorithm>

namespace sparkwarden {

Verdict judge(const Observed& observed) {
  const auto has = [&](Severity severity) {
    return std::ranges::any_of(observed.findings,
                               [&](const Finding& f) { return f.severity == severity; });
  };
  if (has(Severity::error)) return Verdict::fail;
  if (!observed.unlooked.empty()) return Verdict::unknown;
  return has(Severity::warning) ? Verdict::warn : Verdict::pass;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
    case Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace sparkwarden
