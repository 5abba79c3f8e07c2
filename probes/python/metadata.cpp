// SPDX-License-Identifier: Apache-2.0
#include "probes/python/metadata.hpp"

#include <algorithm>

#include "agent/core/text.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kValueMax = 512;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_field(std::string_view line, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::ranges::equal(line.substr(0, name.size()), name, {}, lower, lower);
}

/// A field, or the continuation of one. email.feedparser takes anything else for the beginning of
/// the description.
bool is_header(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) return true;
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::ranges::all_of(line.substr(0, colon), [](char c) { return c > ' ' && c < '\x7f'; });
}

void take(std::string_view line, std::string_view name, std::string& into) {
  if (!into.empty() || !is_field(line, name)) return;
  into = to_utf8(trimmed(line.substr(name.size() + 1)).substr(0, kValueMax));
}

}  // namespace

Metadata parse_metadata(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Metadata metadata;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;  // a line that may go on
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || !is_header(line)) {
      metadata.whole = true;
      return metadata;
    }
    take(line, "name", metadata.name);
    take(line, "version", metadata.version);
    if (!metadata.name.empty() && !metadata.version.empty()) {
      metadata.whole = true;
      return metadata;
    }
  }
  // The last line has no end: good at the end of the file, cut in the middle.
  take(text, "name", metadata.name);
  take(text, "version", metadata.version);
  return metadata;
}

}  // namespace sparkwarden::probes::python
