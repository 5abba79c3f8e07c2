// SPDX-License-Identifier: Apache-2.0
#include "probes/python/pth.hpp"

#include <algorithm>

namespace sparkwarden::probes::python {
namespace {

std::string_view without_end_blanks(std::string_view text) {
  while (!text.empty() &&
         std::string_view(" \t\r\f\v").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

PthLines parse_pth(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  PthLines lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1));
    if (line.starts_with('#') || without_end_blanks(line).empty()) continue;
    if (line.find('\0') != std::string_view::npos) continue;  // no path, and Python skips it
    if (line.starts_with("import ") || line.starts_with("import\t")) {
      lines.runs_code.push_back(number);
    } else {
      lines.paths.emplace_back(without_end_blanks(line));
    }
  }
  return lines;
}

bool is_well_known_pth(std::string_view file_name) {
  return file_name == "distutils-precedence.pth" || file_name.ends_with("-nspkg.pth") ||
         file_name.starts_with("__editable__");
}

}  // namespace sparkwarden::probes::python
