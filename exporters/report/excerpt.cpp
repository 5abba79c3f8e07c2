// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/excerpt.hpp"

#include <algorithm>

#include "agent/core/text.hpp"
#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr std::size_t kNumberWidth = 5;
constexpr std::size_t kNarrowest = 20;
constexpr std::string_view kCut = "...";

/// Characters from `begin` to before `end`, counted from 0.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where the marked characters of `line` stand once it is made safe to print: an escape sequence in
/// front of them makes the line longer.
Range shown_range(std::string_view line, const Location& place) {
  const auto first = static_cast<std::size_t>(std::max(place.column, 1)) - 1;
  const auto last = static_cast<std::size_t>(std::max(place.end_column, place.column + 1)) - 1;
  const auto shown = [&](std::size_t count) {
    return columns(printable(characters(line, 0, count)));
  };
  const std::size_t begin = shown(first);
  return {.begin = begin, .end = std::max(shown(last), begin + 1)};
}

/// The part of a line of `length` columns that fits into `room` and shows `marked`.
Range window_of(std::size_t length, std::size_t room, Range marked) {
  if (length <= room) return {.begin = 0, .end = length};
  const std::size_t before = room / 3;
  std::size_t begin = marked.begin > before ? marked.begin - before : 0;
  begin = std::min(begin, length - room);
  return {.begin = begin, .end = begin + room};
}

}  // namespace

Excerpt excerpt(const std::string& line, const Location& place, char mark, std::size_t width) {
  std::string number = std::to_string(place.line);
  if (number.size() < kNumberWidth) number.insert(0, kNumberWidth - number.size(), ' ');
  Excerpt result{.gutter = number + " | ", .margin = std::string(number.size(), ' ') + " | "};

  std::string source = to_utf8(line);
  std::ranges::replace(
      source, '\t', ' ');  // one column each, so that the mark stays below its place
  const std::string text = printable(source);
  const std::size_t room =
      std::max(width, result.gutter.size() + kNarrowest) - result.gutter.size();
  const Range marked = shown_range(source, place);
  const Range window = window_of(columns(text), room, marked);

  result.line = characters(text, window.begin, window.end - window.begin);
  if (window.begin > 0) {
    result.line.replace(0, characters(result.line, 0, kCut.size()).size(), kCut);
  }
  if (window.end < columns(text)) {
    const std::string_view kept = characters(result.line, 0, room - kCut.size());
    result.line = std::string(kept) + std::string(kCut);
  }
  if (place.column > 0 && marked.begin <= columns(text)) {
    const std::size_t end = std::min(marked.end, std::max(window.end, marked.begin + 1));
    result.pointer =
        std::string(marked.begin - window.begin, ' ') + std::string(end - marked.begin, mark);
  }
  return result;
}

}  // namespace sparkwarden::exporters
