// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "agent/commands/commands.hpp"
#include "agent/core/shown_value.hpp"

namespace sparkwarden::commands {
int config_validate(const CommonOptions& options, const Environment& environment) {
  const Setup setup = set_up(options, environment);
  print_problems(setup.problems);
  if (!setup.problems.empty()) {
    std::fprintf(stderr, "%zu problem(s)\n", setup.problems.size());
    return kUsage;
  }
  std::printf("%s: valid\n", setup.config_path.c_str());
  return kOk;
}

int config_show(const CommonOptions& options, const Environment& environment) {
  const Setup setup = set_up(options, environment);
  print_problems(setup.problems);
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (const settings::Effective& row : setup.config.effective) {
    key_width = std::max(key_width, row.key.size());
    value_width = std::max(value_width, std::min<std::size_t>(row.value.size(), 40));
  }
  for (const settings::Effective& row : setup.config.effective) {
    std::printf("%-*s  %-*s  # %s\n",
                static_cast<int>(key_width),
                row.key.c_str(),
                static_cast<int>(value_width),
                shown_line(row.value).c_str(),  // a password in a URL, for one
                row.origin.c_str());
  }
  return setup.problems.empty() ? kOk : kUsage;
}

}  // namespace sparkwarden::commands
