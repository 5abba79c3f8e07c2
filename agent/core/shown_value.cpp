// SPDX-License-Identifier: Apache-2.0
#include "agent/core/shown_value.hpp"

#include <cstddef>

#include "agent/core/secrets.hpp"
#include "agent/core/text.hpp"

namespace sparkwarden {
namespace {

// Secrets are searched a little beyond what is shown, so that one is not cut into something
// harmless.
constexpr std::size_t kSearched = kShownMax * 4;

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::string cut(std::string text) {
  if (text.size() <= kShownMax) return text;
  std::size_t end = kShownMax;
  while (end > 0 && continues(text[end])) --end;
  text.resize(end);
  return text + "...";
}

/// Replaces what cannot be shown (control and direction characters, bytes that are no UTF-8) by as
/// many question marks as it has bytes.
void blot(std::string& line) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at + 1;
    while (end < line.size() && end - at < 4 && continues(line[end])) ++end;
    const std::string character = line.substr(at, end - at);
    if (character != "\t" && printable(character) != character) {
      line.replace(at, end - at, end - at, '?');
    }
    at = end;
  }
}

}  // namespace

std::string shown_text(std::string_view text) {
  text = text.substr(0, kSearched);
  const Mask mask = secrets_in(text);
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!mask[i]) {
      shown += text[i];
    } else if (i == 0 || !mask[i - 1]) {
      shown += kMasked;
    }
  }
  return cut(printable(shown));
}

std::string shown_value(std::string_view key, std::string_view value) {
  const bool plain = value.empty() || value == "true" || value == "false";
  if (!plain && names_secret(key)) return std::string(kMasked);
  return shown_text(value);
}

std::string shown_line(std::string_view line) {
  line = line.substr(0, kShownLineMax);
  const Mask mask = secrets_in_line(line);
  std::string shown(line);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (mask[i]) shown[i] = '*';
  }
  blot(shown);
  return shown;
}

}  // namespace sparkwarden
