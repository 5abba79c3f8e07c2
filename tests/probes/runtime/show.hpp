// SPDX-License-Identifier: Apache-2.0
// How GoogleTest prints the values of this probe.
#pragma once

#include <ostream>

#include "agent/core/report.hpp"

namespace sparkwarden {

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << "\n  " << to_string(finding.severity) << "[" << finding.code << "] " << finding.subject
       << "\n    " << finding.message << "\n    effect: " << finding.effect
       << "\n    fix: " << finding.fix;
}

inline void PrintTo(const Unlooked& unlooked, std::ostream* out) {
  *out << "\n  unlooked[" << unlooked.code << "] " << unlooked.subject << ": " << unlooked.message;
}

}  // namespace sparkwarden
