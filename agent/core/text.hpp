// SPDX-License-Identifier: Apache-2.0
// Text from outside made safe to show: valid UTF-8, and nothing that steers a terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sparkwarden {

/// Offset of the first byte that is not part of well-formed UTF-8; nullopt: all of it is.
/// Source: RFC 3629 section 4 (no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);

/// Whether `text` is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

/// `text` as one harmless line: well-formed UTF-8, with control characters, line breaks and
/// direction overrides shown as \n, \t, \x1b, \u202e. A byte that is no UTF-8 is shown as \xNN.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sparkwarden
