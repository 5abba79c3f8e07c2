// SPDX-License-Identifier: Apache-2.0
// Colour, width and wrapping: what text reports are drawn with.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparkwarden::exporters {

enum class Ink { plain, bold, error, warning, note, good, unknown, faint };

/// `text` in this ink, or as it is when there is no colour.
[[nodiscard]] std::string painted(std::string_view text, Ink ink, bool colour);

/// Columns that well-formed UTF-8 takes on a terminal, one per character (wide ones are not told
/// apart).
[[nodiscard]] std::size_t columns(std::string_view text);

/// `text` from character `from`, at most `count` characters.
[[nodiscard]] std::string_view characters(std::string_view text,
                                          std::size_t from,
                                          std::size_t count);

/// `text` padded with blanks to at least `width` columns.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// `label` and `text` broken at blanks, so that no line is wider than `width` unless a word is;
/// further lines begin below the text. With a line end.
[[nodiscard]] std::string wrapped(std::string_view label, std::string_view text, std::size_t width);

}  // namespace sparkwarden::exporters
