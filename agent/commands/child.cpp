// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/commands.hpp"
#include "probes/registry.hpp"

namespace sparkwarden::commands {

int child(const std::string& verb) {
  for (const probes::ChildVerb& row : probes::child_verbs()) {
    if (row.name == verb) return row.main();
  }
  return kUsage;
}

}  // namespace sparkwarden::commands
