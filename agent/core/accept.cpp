// SPDX-License-Identifier: Apache-2.0
#include "agent/core/accept.hpp"

#include <algorithm>

namespace sparkwarden {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view take_until(std::string_view& text, char stop) {
  const std::size_t end = std::min(text.find(stop), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(head);
}

/// `0.25` is 250: one digit, and at most three after the point.
int quality_of(std::string_view text) {
  constexpr int kWhole = 1000;
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int value = text[0] == '1' ? kWhole : 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = kWhole / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    value += (digit - '0') * weight;
    weight /= 10;
  }
  return std::min(value, kWhole);
}

Preference element(std::string_view text) {
  Preference one{.value = take_until(text, ';')};
  while (!text.empty()) {
    std::string_view value = take_until(text, ';');
    const std::string_view name = take_until(value, '=');
    value = trimmed(value);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    if (same_word(name, "q")) {
      one.quality = quality_of(value);
    } else if (!name.empty() && one.parameters.size() < kPreferencesMax) {
      one.parameters.emplace_back(name, value);
    }
  }
  return one;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view Preference::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(
      parameters, [&](const auto& pair) { return same_word(pair.first, name); });
  return found == parameters.end() ? std::string_view() : found->second;
}

std::vector<Preference> preferences(std::string_view header) {
  std::vector<Preference> all;
  while (!header.empty() && all.size() < kPreferencesMax) {
    const std::string_view one = take_until(header, ',');
    if (!one.empty()) all.push_back(element(one));
  }
  return all;
}

}  // namespace sparkwarden
