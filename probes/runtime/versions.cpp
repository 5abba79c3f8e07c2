// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/versions.hpp"

#include <algorithm>
#include <charconv>

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kMajorDigits = 4;

std::size_t digits_at(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kDigits, at), text.size()) - at;
}

}  // namespace

std::string_view leading_numbers(std::string_view version, int count) {
  std::size_t end = 0;
  for (int number = 0; number < count; ++number) {
    const std::size_t begin = number == 0 ? 0 : end + 1;
    if (number > 0 && (end >= version.size() || version[end] != '.')) break;
    const std::size_t digits = digits_at(version, begin);
    if (digits == 0) break;
    end = begin + digits;
  }
  return version.substr(0, end);
}

std::optional<int> major_of(std::string_view version) {
  const std::size_t digits = digits_at(version, 0);
  if (digits == 0 || digits > kMajorDigits) return std::nullopt;
  int major = 0;
  std::from_chars(version.data(), version.data() + digits, major);
  return major;
}

std::optional<int> java_major(std::string_view version) {
  return version.starts_with("1.") ? major_of(version.substr(2)) : major_of(version);
}

}  // namespace sparkwarden::probes::runtime
