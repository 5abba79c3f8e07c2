// SPDX-License-Identifier: Apache-2.0
#include "agent/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <span>

namespace sparkwarden::settings {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array kDurations{
    Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}};
constexpr std::array kSizes{
    Unit{"B", 1}, Unit{"KiB", 1ULL << 10U}, Unit{"MiB", 1ULL << 20U}, Unit{"GiB", 1ULL << 30U}};

/// "250ms" with one of `units`: the number times its factor. nullopt for anything else.
std::optional<std::uint64_t> quantity(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const Unit& candidate : units) {
    if (unit != candidate.name) continue;
    constexpr std::uint64_t kLimit = 1ULL << 53U;
    if (number > kLimit / candidate.factor) return std::nullopt;
    return number * candidate.factor;
  }
  return std::nullopt;
}

/// The largest unit that divides `value`.
std::string show_quantity(std::uint64_t value, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) best = &unit;
  }
  return std::to_string(value / best->factor) + std::string(best->name);
}

std::string seen(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::null:
      return "nothing";
    case yaml::Kind::scalar:
      return "\"" + node.text + "\"";
    case yaml::Kind::sequence:
      return "a list";
    case yaml::Kind::mapping:
      return "a mapping";
    case yaml::Kind::alias:
      return "an alias";
  }
  return "something else";
}

void expected(const yaml::Node& node, const Scope& scope, std::string_view what) {
  scope.problem(node, "expected " + std::string(what) + ", got " + seen(node));
}

}  // namespace

void Scope::problem(const yaml::Node& at, std::string message) const {
  Location location{.path = source};
  if (positions) {
    location.line = at.line;
    location.column = at.column;
  }
  problems->push_back({std::move(location), key, std::move(message)});
}

Scope Scope::child(std::string_view name) const {
  Scope scope = *this;
  scope.key += (key.empty() ? "" : ".") + std::string(name);
  return scope;
}

std::optional<std::string> read_text(const yaml::Node& node, const Scope& scope) {
  if (node.is(yaml::Kind::scalar)) return node.text;
  expected(node, scope, "a text");
  return std::nullopt;
}

std::optional<bool> read_bool(const yaml::Node& node, const Scope& scope) {
  if (node.is(yaml::Kind::scalar) && node.plain && node.text == "true") return true;
  if (node.is(yaml::Kind::scalar) && node.plain && node.text == "false") return false;
  expected(node, scope, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const yaml::Node& node, const Scope& scope) {
  std::int32_t value = 0;  // no setting needs more, and a narrower type cannot surprise later
  const char* end = node.text.data() + node.text.size();
  const auto [rest, error] = std::from_chars(node.text.data(), end, value);
  if (node.is(yaml::Kind::scalar) && error == std::errc{} && rest == end && value >= 0)
    return value;
  expected(node, scope, "a whole number from 0 to 2147483647");
  return std::nullopt;
}

std::optional<milliseconds> read_duration(const yaml::Node& node, const Scope& scope) {
  if (node.is(yaml::Kind::scalar)) {
    const auto value = quantity(node.text, kDurations);
    // Points in time are nanoseconds in 64 bits: far from where a sum of them turns negative, and a
    // gate that should hold for ever would be over at once.
    constexpr std::uint64_t kMax = 8'760ULL * 3'600'000;
    if (value && *value <= kMax) return milliseconds(static_cast<std::int64_t>(*value));
    if (value) {
      expected(node, scope, "a duration of at most 8760h");
      return std::nullopt;
    }
  }
  expected(node, scope, "a duration with a unit, such as 250ms, 5s, 2m or 1h");
  return std::nullopt;
}

std::optional<Bytes> read_bytes(const yaml::Node& node, const Scope& scope) {
  if (node.is(yaml::Kind::scalar)) {
    if (const auto value = quantity(node.text, kSizes)) return Bytes{*value};
  }
  expected(node, scope, "a size with a unit, such as 64KiB or 2MiB");
  return std::nullopt;
}

std::optional<Share> read_share(const yaml::Node& node, const Scope& scope) {
  static constexpr std::array kPercent{Unit{"%", 1}};
  if (node.is(yaml::Kind::scalar)) {
    if (const auto value = quantity(node.text, kPercent); value && *value <= 100) {
      return Share{static_cast<double>(*value) / 100};
    }
  }
  expected(node, scope, "a share from 0% to 100%");
  return std::nullopt;
}

std::string show_duration(milliseconds value) {
  return show_quantity(static_cast<std::uint64_t>(value.count()), kDurations);
}

std::string show_bytes(Bytes value) {
  return show_quantity(value.count, kSizes);
}

std::string show_share(Share value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f%%", value.fraction * 100);
  return text.data();
}

std::string show_text(std::string_view value) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-:*").find(c) != std::string_view::npos;
  };
  const bool plain = !value.empty() && std::ranges::all_of(value, harmless) &&
                     !value.ends_with(':') && value.front() != '*' && value.front() != '-';
  if (plain) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

void expected_one_of(const yaml::Node& node, const Scope& scope, std::string_view words) {
  expected(node, scope, "one of " + std::string(words));
}

Fields::Fields(const yaml::Node& node, Scope scope) : node_(&node), scope_(std::move(scope)) {
  if (!node.is(yaml::Kind::mapping)) {
    expected(node, scope_, "a mapping");
    good_ = false;
  }
}

const yaml::Node* Fields::take(std::string_view name) {
  known_.push_back(name);
  return node_->find(name);
}

void Fields::require(std::string_view name) {
  if (!node_->is(yaml::Kind::mapping) || node_->find(name) != nullptr) return;
  scope_.problem(*node_, "`" + std::string(name) + "` is missing");
  good_ = false;
}

bool Fields::done() {
  for (const yaml::Entry& entry : node_->entries) {
    if (std::ranges::find(known_, entry.key.text) != known_.end()) continue;
    scope_.child(entry.key.text).problem(entry.key, "unknown key");
    good_ = false;
  }
  return good_;
}

}  // namespace sparkwarden::settings
