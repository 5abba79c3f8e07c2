// SPDX-License-Identifier: Apache-2.0
// What the parsers need of UTF-8 beyond agent/core/text.hpp: the byte order mark, what Java makes
// of bytes that are not UTF-8, and escapes that are UTF-16 units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// What Java's decoder takes from the front of its input at once.
struct JavaChar {
  std::size_t bytes = 1;
  bool valid = true;  // else it becomes one U+FFFD

  bool operator==(const JavaChar&) const = default;
};

/// `text` is not empty. Source: sun.nio.cs.UTF_8.Decoder; a forbidden or cut sequence is one
/// character, of as many bytes as could begin one.
[[nodiscard]] JavaChar java_char(std::string_view text);

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Appends bytes and UTF-16 units to a string as UTF-8. Surrogate pairs are joined; a lone half
/// becomes U+FFFD.
class Utf16Joiner {
 public:
  explicit Utf16Joiner(std::string& out) : out_(out) {}

  void byte(char c);
  void unit(std::uint32_t unit);
  void finish();

 private:
  void append(std::uint32_t code_point);

  std::string& out_;
  std::optional<std::uint32_t> high_;  // a high surrogate that waits for its low half
};

}  // namespace sparkwarden::probes::config
