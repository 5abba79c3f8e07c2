// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/code_table.hpp"

#include <algorithm>

#include "agent/core/agent_codes.hpp"
#include "agent/lint/codes.hpp"
#include "probes/registry.hpp"

namespace sparkwarden::commands {

std::vector<Code> all_codes() {
  std::vector<Code> codes(agent_codes::kAll.begin(), agent_codes::kAll.end());
  codes.insert(codes.end(), lint::kCodes.begin(), lint::kCodes.end());
  for (const probes::ProbeRow& row : probes::registry()) {
    codes.insert(codes.end(), row.codes.begin(), row.codes.end());
  }
  std::ranges::sort(codes, {}, &Code::code);
  return codes;
}

}  // namespace sparkwarden::commands
