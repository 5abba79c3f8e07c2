// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>

#include <unistd.h>

#include "agent/commands/commands.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/core/shown_value.hpp"
#include "agent/io/files.hpp"
#include "exporters/report/json.hpp"
#include "exporters/report/text.hpp"

namespace sparkwarden::commands {
namespace {

/// Lines of the files that findings point at, each file read once, secrets masked.
exporters::SourceLine source_lines(std::size_t bytes_max) {
  struct Cache {
    std::map<std::string, std::string> texts;
  };
  return [cache = std::make_shared<Cache>(), bytes_max](const std::string& path,
                                                        int line) -> std::optional<std::string> {
    auto known = cache->texts.find(path);
    if (known == cache->texts.end()) {
      known = cache->texts.emplace(path, io::RealFiles().read(path, bytes_max).value_or("")).first;
    }
    std::string_view rest = known->second;
    for (int skipped = 1; skipped < line; ++skipped) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) return std::nullopt;
      rest.remove_prefix(end + 1);
    }
    if (rest.empty()) return std::nullopt;
    return shown_line(rest.substr(0, rest.find('\n')));
  };
}

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

  const exporters::ReportDocument document = run_all_once(setup, options.only);
  const bool colour = ::isatty(STDOUT_FILENO) == 1 && !environment.contains("NO_COLOR");
  const std::string text =
      options.format == ReportFormat::json
          ? exporters::report_json(document)
          : exporters::report_text(
                document,
                {.colour = colour, .source_line = source_lines(setup.world.file_bytes_max)});
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_code(document, options.strict);
}

}  // namespace sparkwarden::commands
