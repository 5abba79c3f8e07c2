// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_answer.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace sparkwarden::io {
namespace {

void add_header(std::string& head, std::string_view name, std::string_view value) {
  const auto append = [&](std::string_view text) {
    for (const char c : text) {
      if (c != '\r' && c != '\n' && c != '\0') head += c;
    }
  };
  append(name);
  head += ": ";
  append(value);
  head += "\r\n";
}

}  // namespace

std::string answer_head(const Answer& answer,
                        std::size_t body_bytes,
                        bool keep_alive,
                        WallTime now) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  head += reason_phrase(answer.status);
  head += "\r\n";
  add_header(head, "Date", http_date(now));
  if (answer.status != 304) {  // which has no body, and whose length would be that of a 200
    add_header(head, "Content-Type", answer.content_type);
    add_header(head, "Content-Length", std::to_string(body_bytes));
  }
  add_header(head, "Cache-Control", "no-store");
  add_header(head, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) add_header(head, name, value);
  add_header(head, "Connection", keep_alive ? "keep-alive" : "close");
  head += "\r\n";
  return head;
}

std::string http_date(WallTime time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(),
                text.size(),
                "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays.at(static_cast<std::size_t>(utc.tm_wday)),
                utc.tm_mday,
                kMonths.at(static_cast<std::size_t>(utc.tm_mon)),
                utc.tm_year + 1900,
                utc.tm_hour,
                utc.tm_min,
                utc.tm_sec);
  return text.data();
}

std::optional<WallTime> parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  constexpr std::string_view kShape = "---, 00 --- 0000 00:00:00 GMT";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !digit : kShape[i] != '-' && kShape[i] != text[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::chrono::year_month_day day(std::chrono::year(number(12, 4)),
                                        std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                        std::chrono::day(static_cast<unsigned>(number(5, 2))));
  const int hours = number(17, 2);
  const int minutes = number(20, 2);
  const int seconds = number(23, 2);  // 60: a leap second
  if (!day.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  // Far from what nanoseconds in 64 bits can hold.
  if (day.year() < std::chrono::year(1970) || day.year() > std::chrono::year(2200)) {
    return std::nullopt;
  }
  return std::chrono::sys_days(day) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds);
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";  // legal: the phrase may be empty
  }
}

}  // namespace sparkwarden::io
