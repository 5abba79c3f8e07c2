// SPDX-License-Identifier: Apache-2.0
#include "agent/core/date.hpp"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <system_error>

namespace sparkwarden {

std::optional<WallTime> end_of_day(std::string_view text) {
  const auto number = [&](std::size_t from, std::size_t length) {
    int value = -1;
    const char* begin = text.data() + from;
    const auto [rest, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc{} && rest == begin + length ? value : -1;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::days(1);
}

}  // namespace sparkwarden
