// SPDX-License-Identifier: Apache-2.0
// The only way in which text from files reaches a finding, a page or a log: secrets masked, by the
// key they belong to and by their own shape; nothing that steers a terminal; never very long.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparkwarden {

/// What stands where a secret stood.
inline constexpr std::string_view kMasked = "(masked)";

/// Longer values are cut, with an ellipsis.
inline constexpr std::size_t kShownMax = 200;

/// Longer source lines are cut.
inline constexpr std::size_t kShownLineMax = 4096;

/// `value` as it may be shown beside `key`: kMasked as a whole when the key names a secret, else
/// with everything masked that looks like one. An empty value and true/false are always shown.
[[nodiscard]] std::string shown_value(std::string_view key, std::string_view value);

/// Text without a key (a key itself, a path, a parser's message), masked by shape.
[[nodiscard]] std::string shown_text(std::string_view text);

/// A source line for display above a caret: bytes of secrets are `*` and bytes that cannot be shown
/// are `?`, so that every column stays where it is. Masks the value after a key that names a secret
/// (properties, YAML, XML attributes), and the content of a `value` element or field whose name
/// does not stand on the same line.
[[nodiscard]] std::string shown_line(std::string_view line);

}  // namespace sparkwarden
