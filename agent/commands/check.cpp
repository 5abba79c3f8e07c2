// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "agent/commands/code_table.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/commands/report_output.hpp"

namespace sparkwarden::commands {
namespace {

/// Complaints about names that no probe has; empty: fine.
std::string unknown_probe(const std::vector<std::string>& only) {
  for (const std::string& name : only) {
    const auto is_it = [&](const probes::ProbeRow& row) { return row.name == name; };
    if (!std::ranges::any_of(probes::registry(), is_it)) return name;
  }
  return {};
}

}  // namespace

int check(const CheckOptions& options, const Environment& environment) {
  const Setup setup = set_up(options.common, environment);
  print_problems(setup.problems);
  if (!setup.problems.empty()) return kUsage;
  if (!setup.role_known) {
    std::fprintf(stderr,
                 "sparkwarden: which role? Give --role or SPARKWARDEN_ROLE: one of %s\n",
                 role_list().c_str());
    return kUsage;
  }
  if (const std::string name = unknown_probe(options.only); !name.empty()) {
    std::fprintf(stderr, "sparkwarden: --only: there is no probe `%s`\n", name.c_str());
    return kUsage;
  }

  exporters::ReportDocument document = run_all_once(setup, options.only);
  document.rules = all_codes();
  print_report(document,
               options.format,
               options.strict,
               environment,
               source_lines(setup.world.file_bytes_max));
  return exit_code(document, options.strict);
}

}  // namespace sparkwarden::commands
