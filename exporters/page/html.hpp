// SPDX-License-Identifier: Apache-2.0
// HTML that cannot be broken by what it shows.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::exporters {

/// `text` as one harmless line (printable) with `& < > " '` written as entities: for text between
/// tags and in quoted attributes.
[[nodiscard]] std::string escaped(std::string_view text);

/// `<tag class="style">text</tag>`, the text escaped; without a class when `style` is empty.
[[nodiscard]] std::string element(std::string_view tag,
                                  std::string_view style,
                                  std::string_view text);

}  // namespace sparkwarden::exporters
