// SPDX-License-Identifier: Apache-2.0
#include "exporters/timestamp.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace sparkwarden::exporters {

std::string rfc3339(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto fraction = std::chrono::duration_cast<milliseconds>(time - seconds);
  const std::time_t since_epoch = seconds.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&since_epoch, &utc);
  std::array<char, 40> date{};
  const std::size_t length = std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> millis{};
  std::snprintf(millis.data(), millis.size(), ".%03dZ", static_cast<int>(fraction.count()));
  return std::string(date.data(), length) + millis.data();
}

}  // namespace sparkwarden::exporters
