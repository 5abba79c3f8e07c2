// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/report_output.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "agent/commands/code_table.hpp"
#include "agent/core/shown_value.hpp"
#include "agent/io/files.hpp"
#include "exporters/report/json.hpp"
#include "exporters/report/junit.hpp"
#include "exporters/report/line_formats.hpp"
#include "exporters/report/sarif.hpp"
#include "exporters/report/text.hpp"

namespace sparkwarden::commands {
namespace {

bool in_colour(const Environment& environment) {
  return ::isatty(STDOUT_FILENO) == 1 && !environment.contains("NO_COLOR");
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

std::optional<std::string> masked_line(std::string_view text, int line) {
  for (int skipped = 1; skipped < line; ++skipped) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  if (text.empty()) return std::nullopt;
  return shown_line(text.substr(0, text.find('\n')));
}

SourceLine source_lines(std::size_t bytes_max) {
  struct Cache {
    std::map<std::string, std::string> texts;
  };
  return [cache = std::make_shared<Cache>(), bytes_max](const std::string& path, int line) {
    auto known = cache->texts.find(path);
    if (known == cache->texts.end()) {
      known = cache->texts.emplace(path, io::RealFiles().read(path, bytes_max).value_or("")).first;
    }
    return masked_line(known->second, line);
  };
}

void print_report(const exporters::ReportDocument& document,
                  ReportFormat format,
                  bool strict,
                  const Environment& environment,
                  SourceLine source_line) {
  const bool colour = in_colour(environment);
  switch (format) {
    case ReportFormat::text:
      return print(exporters::report_text(
          document, {.colour = colour, .source_line = std::move(source_line)}));
    case ReportFormat::short_lines:
      return print(exporters::report_short(document, colour));
    case ReportFormat::json:
      return print(exporters::report_json(document));
    case ReportFormat::sarif:
      return print(exporters::report_sarif(
          document, {.source_line = std::move(source_line), .help = page_section}));
    case ReportFormat::junit:
      return print(exporters::report_junit(document, strict ? Severity::warning : Severity::error));
    case ReportFormat::github:
      return print(exporters::report_github(document));
    case ReportFormat::gcc:
      return print(exporters::report_gcc(document));
  }
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
