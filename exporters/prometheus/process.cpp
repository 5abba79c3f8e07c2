// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/process.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace sparkwarden::exporters {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

}  // namespace

std::optional<ProcessSample> parse_process(std::string_view stat, ProcessUnits units) {
  // The name in brackets may hold blanks and brackets; what follows the last one is field 3.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || units.ticks_per_second <= 0) return std::nullopt;
  std::string_view rest = stat.substr(name_end + 1);
  std::array<std::string_view, 25> fields{};
  for (std::size_t field = 3; field < fields.size(); ++field) fields.at(field) = take_word(rest);

  const auto user = number(fields[14]);
  const auto system = number(fields[15]);
  const auto start = number(fields[22]);
  const auto virtual_bytes = number(fields[23]);
  const auto resident_pages = number(fields[24]);
  if (!user || !system || !start || !virtual_bytes || !resident_pages) return std::nullopt;

  const auto ticks = static_cast<double>(units.ticks_per_second);
  ProcessSample sample;
  sample.cpu_seconds = static_cast<double>(*user + *system) / ticks;
  if (units.boot_time_seconds > 0) {
    sample.start_time_seconds =
        static_cast<double>(units.boot_time_seconds) + static_cast<double>(*start) / ticks;
  }
  sample.virtual_bytes = virtual_bytes;
  sample.resident_bytes = *resident_pages * static_cast<std::uint64_t>(units.page_bytes);
  return sample;
}

std::optional<std::uint64_t> parse_boot_time(std::string_view stat) {
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t found = stat.find(kKey);
  if (found == std::string_view::npos) return std::nullopt;
  std::string_view rest = stat.substr(found + kKey.size());
  return number(take_word(rest));
}

}  // namespace sparkwarden::exporters
