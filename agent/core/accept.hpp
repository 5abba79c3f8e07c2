// SPDX-License-Identifier: Apache-2.0
// What a client would rather have: the lists of Accept and Accept-Encoding. Pure and bounded; the
// header comes from anyone.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace sparkwarden {

inline constexpr std::size_t kPreferencesMax = 32;

/// One element: `application/openmetrics-text`, its parameters but `q` in order (quotes taken off),
/// and how much it is wanted, 0 to 1000. Views into the header.
struct Preference {
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> parameters = {};
  int quality = 1000;

  /// Empty: not given.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

/// The elements in order, at most kPreferencesMax; a `q` that is no number counts as 0, because
/// what somebody wanted to say of it was surely not "above all".
/// Source: RFC 9110 12.4.2, 12.5.1, 12.5.3.
[[nodiscard]] std::vector<Preference> preferences(std::string_view header);

/// Names are compared without regard to case (ASCII).
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

}  // namespace sparkwarden
