// SPDX-License-Identifier: Apache-2.0
#include "probes/python/record.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "agent/core/manifest.hpp"

namespace sparkwarden::probes::python {
namespace {

/// Takes one CSV field and the comma or line end behind it; `last` says which it was.
std::string take_field(std::string_view& text, bool& last) {
  std::string field;
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    while (!text.empty()) {
      if (text.starts_with("\"\"")) {
        field += '"';
        text.remove_prefix(2);
      } else if (text.front() == '"') {
        text.remove_prefix(1);
        break;
      } else {
        field += text.front();
        text.remove_prefix(1);
      }
    }
  }
  const std::size_t end = std::min(text.find_first_of(",\n"), text.size());
  field += text.substr(0, end);
  last = end == text.size() || text[end] == '\n';
  text.remove_prefix(std::min(end + 1, text.size()));
  if (last && field.ends_with('\r')) field.pop_back();
  return field;
}

bool differs_between_installations(std::string_view path) {
  static constexpr std::array<std::string_view, 4> kNotes{
      "/INSTALLER", "/REQUESTED", "/RECORD", "/direct_url.json"};
  if (path.ends_with(".pyc") || path.starts_with("../") || path.starts_with('/')) return true;
  const std::size_t info = path.find(".dist-info/");
  if (info == std::string_view::npos) return false;
  const std::string_view inside = path.substr(info + std::string_view(".dist-info").size());
  return std::ranges::find(kNotes, inside) != kNotes.end() || inside.starts_with("/uv_");
}

}  // namespace

std::string digest_of_record(std::string_view text) {
  std::vector<std::string> rows;
  bool hashed = false;
  while (!text.empty()) {
    bool last = false;
    const std::string path = take_field(text, last);
    std::string hash = last ? "" : take_field(text, last);
    while (!last) static_cast<void>(take_field(text, last));
    if (path.empty() || differs_between_installations(path)) continue;
    hashed = hashed || !hash.empty();
    rows.push_back(path + '\0' + hash);
  }
  if (!hashed) return {};
  std::ranges::sort(rows);
  std::string canonical;
  for (const std::string& row : rows) canonical += row + '\n';
  return sha256_hex(canonical);
}

}  // namespace sparkwarden::probes::python
