// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/report_output.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

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

bool in_colour(const Environment& environment) {
  return ::isatty(STDOUT_FILENO) == 1 && !environment.contains("NO_COLOR");
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

void print_report(const exporters::ReportDocument& document,
                  ReportFormat format,
                  const Environment& environment,
                  std::size_t file_bytes_max) {
  if (format == ReportFormat::json) return print(exporters::report_json(document));
  print(exporters::report_text(
      document, {.colour = in_colour(environment), .source_line = source_lines(file_bytes_max)}));
}

void print_differences(const exporters::ReportDocument& document,
                       ReportFormat format,
                       const Environment& environment,
                       bool strict) {
  if (format == ReportFormat::json) return print(exporters::report_json(document));
  print(exporters::differences_text(
      document, strict ? Severity::warning : Severity::error, {.colour = in_colour(environment)}));
}

}  // namespace sparkwarden::commands
