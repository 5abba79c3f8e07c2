// SPDX-License-Identifier: Apache-2.0
#include "agent/core/python_version.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sparkwarden {
namespace {

constexpr std::size_t kVersionBytesMax = 512;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

/// Takes what it recognises off the front of a lower-case text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  void back_to(std::string_view rest) { rest_ = rest; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool take_separator() { return take('.') || take('-') || take('_'); }

  std::optional<std::string> number() {
    std::size_t length = 0;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    if (length == 0) return std::nullopt;
    std::string digits = without_zeros(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return digits;
  }

  /// `[sep] word [sep] [number]`; the number is "0" where there is none. A separator before the
  /// number belongs to it: where no number follows, it is left.
  template <std::size_t N>
  std::optional<std::pair<std::string, std::string>> suffix(
      const std::array<std::pair<std::string_view, std::string_view>, N>& words) {
    const std::string_view before = rest_;
    take_separator();
    for (const auto& [word, canonical] : words) {
      if (!take(word)) continue;
      const std::string_view after_word = rest_;
      take_separator();
      auto digits = number();
      if (!digits) rest_ = after_word;
      return std::pair{std::string(canonical), digits.value_or("0")};
    }
    rest_ = before;
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

// Longer words first where one begins another.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kPre{{{"alpha", "a"},
                                                                             {"beta", "b"},
                                                                             {"preview", "rc"},
                                                                             {"pre", "rc"},
                                                                             {"rc", "rc"},
                                                                             {"a", "a"},
                                                                             {"b", "b"},
                                                                             {"c", "rc"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPost{
    {{"post", "post"}, {"rev", "post"}, {"r", "post"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kDev{{{"dev", "dev"}}};

bool read_release(Reader& reader, PythonVersion& version) {
  auto first = reader.number();
  if (!first) return false;
  if (reader.take('!')) {
    version.epoch = *first;
    first = reader.number();
    if (!first) return false;
  }
  version.release.push_back(*first);
  while (true) {
    const std::string_view before = reader.rest();
    if (!reader.take('.')) break;
    auto next = reader.number();
    if (!next) {
      reader.back_to(before);
      break;
    }
    version.release.push_back(*next);
  }
  while (version.release.size() > 1 && version.release.back() == "0") version.release.pop_back();
  return true;
}

void read_post(Reader& reader, PythonVersion& version) {
  const std::string_view before = reader.rest();
  if (reader.take('-')) {  // 1.0-1: an implicit post release
    if (auto number = reader.number()) {
      version.post = std::move(*number);
      return;
    }
    reader.back_to(before);
  }
  if (auto post = reader.suffix(kPost)) version.post = std::move(post->second);
}

bool read_local(Reader& reader, PythonVersion& version) {
  if (!reader.take('+')) return true;
  do {
    std::string segment;
    while (!reader.at_end() &&
           (is_digit(reader.rest().front()) || is_letter(reader.rest().front()))) {
      segment += reader.rest().front();
      reader.take(reader.rest().front());
    }
    if (segment.empty()) return false;
    const bool number = std::ranges::all_of(segment, is_digit);
    version.local.push_back(number ? without_zeros(segment) : segment);
  } while (reader.take_separator());
  return true;
}

std::strong_ordering by_number(const std::string& left, const std::string& right) {
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

std::strong_ordering by_release(const std::vector<std::string>& left,
                                const std::vector<std::string>& right) {
  const std::string zero = "0";
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto order =
        by_number(i < left.size() ? left[i] : zero, i < right.size() ? right[i] : zero);
    if (order != std::strong_ordering::equal) return order;
  }
  return std::strong_ordering::equal;
}

/// A bare development release sorts before every pre-release; a version without one after all.
std::pair<int, std::string> pre_rank(const PythonVersion& version) {
  if (version.pre_letter.empty() && !version.post && version.dev) return {-1, ""};
  if (version.pre_letter.empty()) return {1, ""};
  return {0, version.pre_letter};
}

std::strong_ordering by_local(const std::vector<std::string>& left,
                              const std::vector<std::string>& right) {
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const bool left_number = std::ranges::all_of(left[i], is_digit);
    const bool right_number = std::ranges::all_of(right[i], is_digit);
    if (left_number != right_number) {
      return left_number ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const auto order = left_number ? by_number(left[i], right[i]) : left[i].compare(right[i]) <=> 0;
    if (order != std::strong_ordering::equal) return order;
  }
  return left.size() <=> right.size();
}

/// An absent number sorts as `absent` says: less (post) or greater (dev).
std::strong_ordering by_optional(const std::optional<std::string>& left,
                                 const std::optional<std::string>& right,
                                 std::strong_ordering absent) {
  if (left && right) return by_number(*left, *right);
  if (!left && !right) return std::strong_ordering::equal;
  return left ? 0 <=> absent : absent;
}

}  // namespace

std::optional<PythonVersion> parse_version(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.size() > kVersionBytesMax) return std::nullopt;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Reader reader(lower);
  reader.take('v');
  PythonVersion version;
  if (!read_release(reader, version)) return std::nullopt;
  if (auto pre = reader.suffix(kPre)) {
    version.pre_letter = std::move(pre->first);
    version.pre_number = std::move(pre->second);
  }
  read_post(reader, version);
  if (auto dev = reader.suffix(kDev)) version.dev = std::move(dev->second);
  if (!read_local(reader, version) || !reader.at_end()) return std::nullopt;
  return version;
}

std::strong_ordering compare_versions(const PythonVersion& left, const PythonVersion& right) {
  if (const auto order = by_number(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = by_release(left.release, right.release); order != 0) return order;
  if (const auto order = pre_rank(left) <=> pre_rank(right); order != 0) return order;
  if (const auto order = by_number(left.pre_number, right.pre_number); order != 0) return order;
  if (const auto order = by_optional(left.post, right.post, std::strong_ordering::less);
      order != 0) {
    return order;
  }
  if (const auto order = by_optional(left.dev, right.dev, std::strong_ordering::greater);
      order != 0) {
    return order;
  }
  return by_local(left.local, right.local);
}

VersionPart differs_in(std::string_view left_text, std::string_view right_text) {
  const auto left = parse_version(left_text);
  const auto right = parse_version(right_text);
  if (!left || !right) {
    return trimmed(left_text) == trimmed(right_text) ? VersionPart::none : VersionPart::unordered;
  }
  if (left->epoch != right->epoch) return VersionPart::major;
  const auto part_at = [](const PythonVersion& version, std::size_t index) {
    return index < version.release.size() ? version.release[index] : std::string("0");
  };
  if (part_at(*left, 0) != part_at(*right, 0)) return VersionPart::major;
  if (part_at(*left, 1) != part_at(*right, 1)) return VersionPart::minor;
  if (left->release != right->release) return VersionPart::micro;
  PythonVersion left_public = *left;
  PythonVersion right_public = *right;
  left_public.local.clear();
  right_public.local.clear();
  if (left_public != right_public) return VersionPart::suffix;
  return left->local == right->local ? VersionPart::none : VersionPart::local;
}

}  // namespace sparkwarden
