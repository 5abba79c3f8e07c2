// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/style.hpp"

#include <algorithm>

namespace sparkwarden::exporters {
namespace {

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::error:
      return "\x1b[1;31m";
    case Ink::warning:
      return "\x1b[1;33m";
    case Ink::note:
      return "\x1b[1;36m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::unknown:
      return "\x1b[1;35m";
    case Ink::faint:
      return "\x1b[2m";
  }
  return "";
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// The byte at which character `count` begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (starts_character(text[at]) && count-- == 0) break;
    ++at;
  }
  return at;
}

}  // namespace

std::string painted(std::string_view text, Ink ink, bool colour) {
  if (!colour || ink == Ink::plain || text.empty()) return std::string(text);
  return std::string(escape_of(ink)) + std::string(text) + "\x1b[0m";
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
}

std::string_view characters(std::string_view text, std::size_t from, std::size_t count) {
  text.remove_prefix(offset_of(text, from));
  return text.substr(0, offset_of(text, count));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t taken = columns(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

std::string wrapped(std::string_view label, std::string_view text, std::size_t width) {
  const std::size_t indent = columns(label);
  std::string all(label);
  std::size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column > indent && column + 1 + columns(word) > width) {
      all += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      all += ' ';
      ++column;
    }
    all += word;
    column += columns(word);
  }
  return all + '\n';
}

}  // namespace sparkwarden::exporters
