// SPDX-License-Identifier: Apache-2.0
#include "probes/config/spark_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return small;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool digits_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
}

/// A number and the letters behind it, as Spark's pattern (-?[0-9]+)([a-z]+)? takes them apart.
struct Quantity {
  std::string digits;
  std::string suffix;
};

std::optional<Quantity> quantity_from(std::string_view text) {
  const std::string small = lower(trimmed(text));
  const std::size_t begin = small.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(small.find_first_not_of("0123456789", begin), small.size());
  const std::string suffix = small.substr(end);
  const bool letters =
      std::all_of(suffix.begin(), suffix.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (end == begin || !letters) return std::nullopt;
  return Quantity{small.substr(0, end), suffix};
}

double number_of(const Quantity& quantity) {
  double number = 0;
  for (const char digit : quantity.digits) {
    if (digit != '-') number = number * 10 + (digit - '0');
  }
  return quantity.digits.starts_with('-') ? -number : number;
}

// --- what Spark says ---

std::string words_of_4(const SparkKey& key, std::string_view shown, const std::string& type) {
  return "[INVALID_CONF_VALUE.TYPE_MISMATCH] The value '" + std::string(shown) +
         "' in the config \"" + std::string(key.name) + "\" is invalid. It should be a/an '" +
         type + "' value.";
}

ValueTrouble not_a(const SparkKey& key,
                   std::string_view shown,
                   const std::string& type,
                   std::string expected) {
  return {.expected = std::move(expected),
          .in_3 = "java.lang.IllegalArgumentException: " + std::string(key.name) + " should be " +
                  type + ", but was " + std::string(shown),
          .in_4 = words_of_4(key, shown, type)};
}

std::string unit_words(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords{
      {{"b", "bytes in BYTE"},
       {"k", "bytes in KiB"},
       {"m", "bytes in MiB"},
       {"g", "bytes in GiB"},
       {"ns", "time in NANOSECONDS"},
       {"us", "time in MICROSECONDS"},
       {"ms", "time in MILLISECONDS"},
       {"s", "time in SECONDS"},
       {"min", "time in MINUTES"}}};
  const auto found = std::find_if(
      kWords.begin(), kWords.end(), [&](const auto& each) { return each.first == unit; });
  return found == kWords.end() ? "" : std::string(found->second);
}

// --- one type each ---

std::optional<ValueTrouble> boolean_trouble(const SparkKey& key,
                                            std::string_view value,
                                            std::string_view shown) {
  const std::string word = lower(trimmed(value));
  if (word == "true" || word == "false") return std::nullopt;
  return not_a(key, shown, "boolean", "true or false");
}

/// Whether Java's parseInt or parseLong takes it: a sign, digits, and no more than fit.
bool is_whole(std::string_view text, bool wide) {
  if (text.starts_with('+') || text.starts_with('-')) {
    if (!digits_only(text.substr(1))) return false;
  } else if (!digits_only(text)) {
    return false;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  long long number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return false;
  return wide ||
         (number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max());
}

/// Whether Java's parseDouble may take it. Its rarer forms (hexadecimal, NaN) are let pass.
bool may_be_decimal(std::string_view text) {
  const std::string small = lower(text);
  const auto has = [&](std::string_view part) { return small.find(part) != std::string::npos; };
  if ((has("0x") && has("p")) || has("nan") || has("infinity")) return true;
  std::size_t at = small.find_first_not_of("+-");
  if (at == std::string::npos || at > 1) return false;
  const std::size_t begin = at;
  at = std::min(small.find_first_not_of("0123456789.", at), small.size());
  const std::string mantissa = small.substr(begin, at - begin);
  const auto dots = std::count(mantissa.begin(), mantissa.end(), '.');
  if (dots > 1 || static_cast<std::size_t>(dots) == mantissa.size()) return false;
  if (at < small.size() && small[at] == 'e') {
    ++at;
    if (at < small.size() && (small[at] == '+' || small[at] == '-')) ++at;
    const std::size_t end = std::min(small.find_first_not_of("0123456789", at), small.size());
    if (end == at) return false;
    at = end;
  }
  return at == small.size() || (at + 1 == small.size() && (small[at] == 'f' || small[at] == 'd'));
}

constexpr std::string_view kSizeWords =
    "java.lang.NumberFormatException: Size must be specified as bytes (b), kibibytes (k), "
    "mebibytes "
    "(m), gibibytes (g), tebibytes (t), or pebibytes(p). E.g. 50b, 100k, or 250m.";
constexpr std::string_view kTimeWords =
    "java.lang.NumberFormatException: Time must be specified as seconds (s), milliseconds (ms), "
    "microseconds (us), minutes (m or min), hour (h), or day (d). E.g. 50s, 100ms, or 250us.";

bool is_size_suffix(std::string_view suffix) {
  constexpr std::array<std::string_view, 12> kSuffixes{
      "", "b", "k", "kb", "m", "mb", "g", "gb", "t", "tb", "p", "pb"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end();
}

/// ki, mib and their kin: 4.3 takes them, 3.5 does not.
bool is_newer_size_suffix(std::string_view suffix) {
  if (suffix.ends_with('b')) suffix.remove_suffix(1);
  return suffix.size() == 2 && suffix[1] == 'i' &&
         std::string_view("kmgtp").find(suffix[0]) != std::string_view::npos;
}

std::optional<ValueTrouble> size_trouble(const SparkKey& key,
                                         std::string_view value,
                                         std::string_view shown) {
  const auto quantity = quantity_from(value);
  if (quantity && is_size_suffix(quantity->suffix)) return std::nullopt;
  ValueTrouble trouble{.expected = "a whole number with one of b, k, m, g, t, p, such as 512m",
                       .in_3 = std::string(kSizeWords),
                       .in_4 = words_of_4(key, shown, unit_words(key.unit))};
  if (quantity && is_newer_size_suffix(quantity->suffix)) trouble.in_4.clear();
  return trouble;
}

/// What a suffix stands for, in microseconds; nullopt for one that Spark does not have.
std::optional<double> microseconds_of(std::string_view suffix) {
  constexpr std::array<std::pair<std::string_view, double>, 7> kSuffixes{{{"us", 1},
                                                                          {"ms", 1e3},
                                                                          {"s", 1e6},
                                                                          {"m", 60e6},
                                                                          {"min", 60e6},
                                                                          {"h", 3600e6},
                                                                          {"d", 86400e6}}};
  const auto found = std::find_if(
      kSuffixes.begin(), kSuffixes.end(), [&](const auto& each) { return each.first == suffix; });
  return found == kSuffixes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ValueTrouble> time_trouble(const SparkKey& key,
                                         std::string_view value,
                                         std::string_view shown) {
  const auto quantity = quantity_from(value);
  if (quantity && (quantity->suffix.empty() || microseconds_of(quantity->suffix))) {
    return std::nullopt;
  }
  return ValueTrouble{.expected = "a whole number with one of us, ms, s, m, min, h, d, such as 30s",
                      .in_3 = std::string(kTimeWords),
                      .in_4 = words_of_4(key, shown, unit_words(key.unit))};
}

std::optional<ValueTrouble> option_trouble(const SparkKey& key,
                                           std::string_view value,
                                           std::string_view shown) {
  const std::string wanted = key.exact ? std::string(value) : lower(value);
  std::string all;
  for (std::size_t at = 0; at <= key.options.size();) {
    const std::size_t end = std::min(key.options.find('|', at), key.options.size());
    const std::string option(key.options.substr(at, end - at));
    if (wanted == (key.exact ? option : lower(option))) return std::nullopt;
    all += (all.empty() ? "" : ", ") + option;
    at = end + 1;
  }
  return ValueTrouble{.expected = "one of " + all,
                      .in_3 = "java.lang.IllegalArgumentException: The value of " +
                              std::string(key.name) + " should be one of " + all + ", but was " +
                              std::string(shown),
                      .in_4 = "[INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS] The value '" +
                              std::string(shown) + "' in the config \"" + std::string(key.name) +
                              "\" is invalid. It should be one of '" + all + "'."};
}

std::optional<ValueTrouble> type_trouble(const SparkKey& key,
                                         std::string_view value,
                                         std::string_view shown) {
  const std::string_view text = trimmed(value);
  switch (key.type) {
    case KeyType::boolean:
      return boolean_trouble(key, value, shown);
    case KeyType::integer:
      if (is_whole(text, false)) return std::nullopt;
      return not_a(key, shown, "int", "a whole number");
    case KeyType::long_integer:
      if (is_whole(text, true)) return std::nullopt;
      return not_a(key, shown, "long", "a whole number");
    case KeyType::decimal:
      if (may_be_decimal(text)) return std::nullopt;
      return not_a(key, shown, "double", "a number with a point, such as 0.6");
    case KeyType::bytes:
      return size_trouble(key, value, shown);
    case KeyType::time:
      return time_trouble(key, value, shown);
    case KeyType::text:
    case KeyType::list:
    case KeyType::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Numbers are compared without the blanks that Java takes off them.
std::string_view trimmed_option(const SparkKey& key, std::string_view value) {
  return key.type == KeyType::text ? value : trimmed(value);
}

/// Numbers below the least one the key takes; only where the sign or a zero decides.
std::optional<ValueTrouble> range_trouble(const SparkKey& key,
                                          std::string_view value,
                                          std::string_view shown) {
  if (!key.least || key.type == KeyType::text || key.type == KeyType::boolean) return std::nullopt;
  const std::string_view text = trimmed(value);
  const std::string_view number = text.substr(0, text.find_first_not_of("-0123456789"));
  const bool negative = number.starts_with('-') && number.find_first_not_of("-0") != number.npos;
  const bool zero =
      number == text && !number.empty() && number.find_first_not_of('0') == number.npos;
  if (!negative && !(zero && *key.least == 1)) return std::nullopt;
  const std::string name(key.name);
  return ValueTrouble{.expected = *key.least == 1 ? "a number above 0" : "a number not below 0",
                      .in_3 = "java.lang.IllegalArgumentException: '" + std::string(shown) +
                              "' in " + name + " is invalid.",
                      .in_4 = "[INVALID_CONF_VALUE.REQUIREMENT] The value '" + std::string(shown) +
                              "' in the config \"" + name + "\" is invalid."};
}

}  // namespace

std::optional<ValueTrouble> value_trouble(const SparkKey& key,
                                          std::string_view value,
                                          std::string_view shown) {
  if (has_variable(value)) return std::nullopt;
  auto trouble = type_trouble(key, value, shown);
  if (!trouble && !key.options.empty())
    trouble = option_trouble(key, trimmed_option(key, value), shown);
  if (!trouble) trouble = range_trouble(key, value, shown);
  if (!trouble) return std::nullopt;
  // A line that does not have the key has nothing to say about it.
  if (!key.in_3) trouble->in_3.clear();
  if (!key.in_4) trouble->in_4.clear();
  if (trouble->in_3.empty() && trouble->in_4.empty()) return std::nullopt;
  return trouble;
}

std::optional<double> bytes_from(std::string_view text, std::string_view unit) {
  const auto quantity = quantity_from(text);
  if (!quantity) return std::nullopt;
  std::string suffix = quantity->suffix.empty() ? std::string(unit) : quantity->suffix;
  if (!is_size_suffix(suffix) && !is_newer_size_suffix(suffix)) return std::nullopt;
  const std::size_t power = std::min(std::string_view("bkmgtp").find(suffix[0]), std::size_t{5});
  double bytes = number_of(*quantity);
  for (std::size_t i = 0; i < power; ++i) bytes *= 1024;
  return bytes;
}

std::optional<double> time_from(std::string_view text, std::string_view unit) {
  const auto quantity = quantity_from(text);
  const auto whole = microseconds_of(unit);
  if (!quantity || !whole) return std::nullopt;
  const auto each =
      microseconds_of(quantity->suffix.empty() ? unit : std::string_view(quantity->suffix));
  if (!each) return std::nullopt;
  constexpr double kExact = 9e15;  // up to here a double counts microseconds one by one
  const double microseconds = number_of(*quantity) * *each;
  if (std::abs(microseconds) > kExact) return std::nullopt;
  return std::trunc(microseconds / *whole);
}

}  // namespace sparkwarden::probes::config
