// SPDX-License-Identifier: Apache-2.0
#include "agent/core/report.hpp"

namespace sparkwarden {

const Finding* worst(const Observed& observed) {
  const Finding* answer = nullptr;
  for (const Finding& finding : observed.findings) {
    if (answer == nullptr || finding.severity > answer->severity) answer = &finding;
  }
  return answer;
}

}  // namespace sparkwarden
