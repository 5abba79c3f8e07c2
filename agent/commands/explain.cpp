// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "agent/commands/code_table.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/finding_pages.hpp"
#include "agent/core/spelling.hpp"

namespace sparkwarden::commands {
namespace {

int print_table() {
  std::size_t width = 0;
  for (const Code& row : all_codes()) width = std::max(width, row.code.size());
  for (const Code& row : all_codes()) {
    const std::string_view severity = row.severity ? to_string(*row.severity) : "-";
    std::printf("%-*s  %-7s  %s\n",
                static_cast<int>(width),
                std::string(row.code).c_str(),
                std::string(severity).c_str(),
                std::string(row.meaning).c_str());
  }
  return kOk;
}

}  // namespace

std::string_view page_section(std::string_view code) {
  const std::string heading = "## " + std::string(code) + "\n";
  for (const std::string_view page : finding_pages()) {
    std::size_t begin = page.starts_with(heading) ? 0 : page.find("\n" + heading);
    if (begin == std::string_view::npos) continue;
    if (page[begin] == '\n') ++begin;
    const std::size_t end = page.find("\n## ", begin);
    return page.substr(begin, end == std::string_view::npos ? end : end + 1 - begin);
  }
  return {};
}

int explain(const std::string& code) {
  if (code.empty()) return print_table();
  const std::string_view section = page_section(code);
  if (!section.empty()) {
    std::printf("%.*s", static_cast<int>(section.size()), section.data());
    return kOk;
  }
  std::vector<std::string> known;
  for (const Code& row : all_codes()) known.emplace_back(row.code);
  const std::string guess = nearest(code, known);
  std::fprintf(stderr, "sparkwarden: there is no finding `%s`", code.c_str());
  if (!guess.empty()) std::fprintf(stderr, "; did you mean `%s`?", guess.c_str());
  std::fprintf(stderr, "\n`sparkwarden explain` lists them all.\n");
  return kUsage;
}

}  // namespace sparkwarden::commands
