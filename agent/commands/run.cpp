// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

#include "agent/commands/commands.hpp"
#include "agent/commands/pass_signals.hpp"
#include "agent/commands/reload.hpp"
#include "agent/commands/sidecar.hpp"
#include "agent/core/agent_codes.hpp"

namespace sparkwarden::commands {
namespace {

/// Settings and role as findings, for an agent that goes on in spite of them.
std::vector<Finding> own_findings(const Setup& setup) {
  std::vector<Finding> findings = invalid_settings(setup.problems);
  if (!setup.role_known) {
    findings.push_back(
        found(agent_codes::kRoleUnknown, "role", "no role given; one of " + role_list()));
  }
  return findings;
}

}  // namespace

int run(const RunOptions& options, const Environment& environment) {
  // A client that goes away in the middle of an answer is an error of that write, not of the agent.
  std::signal(SIGPIPE, SIG_IGN);
  // Heard once the loop runs: an end before that is an end with 0 as well.
  pass_signals(SIG_BLOCK, {SIGTERM, SIGINT, SIGHUP});
  Setup setup = set_up(options.common, environment);
  std::vector<Finding> findings = own_findings(setup);
  if (options.strict && !findings.empty()) {
    print_problems(setup.problems);
    if (!setup.role_known) {
      std::fprintf(stderr, "sparkwarden: which role? One of %s\n", role_list().c_str());
    }
    return kUsage;
  }

  try {
    Sidecar sidecar(std::move(setup), std::move(findings));
    if (const auto listening = sidecar.listen(options.strict); !listening) {
      std::fprintf(stderr,
                   "sparkwarden: cannot listen on %s: %s\n",
                   listening.error().subject.c_str(),
                   listening.error().detail.c_str());
      return options.strict ? kUsage : kInternal;
    }
    return sidecar.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sparkwarden: internal error: %s\n", error.what());
    return kInternal;
  }
}

}  // namespace sparkwarden::commands
