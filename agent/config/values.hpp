// SPDX-License-Identifier: Apache-2.0
// The types a setting can have beyond those of the language, and how each is read and shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "agent/config/yaml_tree.hpp"
#include "agent/core/finding.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::settings {

/// `auto` or a value.
template <typename T>
using Auto = std::optional<T>;

struct Bytes {
  std::uint64_t count = 0;
  bool operator==(const Bytes&) const = default;
};

/// 10% is 0.1.
struct Share {
  double fraction = 0;
  bool operator==(const Share&) const = default;
};

/// Something wrong with the settings. `location.path` is the file, or the name of the variable or
/// flag.
struct Problem {
  Location location;
  std::string key;
  std::string message;

  bool operator==(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

/// Where problems of one node go: the source's name and the key under which it was found.
struct Scope {
  std::string source;
  std::string key;
  Problems* problems = nullptr;
  bool positions = true;  // false: environment and flags have no lines

  void problem(const yaml::Node& at, std::string message) const;
  [[nodiscard]] Scope child(std::string_view name) const;
};

/// How a type is read and written. Specialised per type; enums list their words in Words<T>.
template <typename T, typename = void>
struct Codec;

/// The words of an enum: `static constexpr std::pair<std::string_view, E> all[]`.
template <typename E>
struct Words;

std::optional<std::string> read_text(const yaml::Node& node, const Scope& scope);
std::optional<bool> read_bool(const yaml::Node& node, const Scope& scope);
std::optional<std::int64_t> read_integer(const yaml::Node& node, const Scope& scope);
std::optional<milliseconds> read_duration(const yaml::Node& node, const Scope& scope);
std::optional<Bytes> read_bytes(const yaml::Node& node, const Scope& scope);
std::optional<Share> read_share(const yaml::Node& node, const Scope& scope);
[[nodiscard]] std::string show_duration(milliseconds value);
[[nodiscard]] std::string show_bytes(Bytes value);
[[nodiscard]] std::string show_share(Share value);
[[nodiscard]] std::string show_text(std::string_view value);  // quoted where YAML needs it
void expected_one_of(const yaml::Node& node, const Scope& scope, std::string_view words);

template <>
struct Codec<std::string> {
  static std::optional<std::string> read(const yaml::Node& n, const Scope& s) {
    return read_text(n, s);
  }
  static std::string show(const std::string& v) { return show_text(v); }
};
template <>
struct Codec<bool> {
  static std::optional<bool> read(const yaml::Node& n, const Scope& s) { return read_bool(n, s); }
  static std::string show(bool v) { return v ? "true" : "false"; }
};
template <>
struct Codec<int> {
  static std::optional<int> read(const yaml::Node& n, const Scope& s) {
    const auto value = read_integer(n, s);
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  }
  static std::string show(int v) { return std::to_string(v); }
};
template <>
struct Codec<milliseconds> {
  static std::optional<milliseconds> read(const yaml::Node& n, const Scope& s) {
    return read_duration(n, s);
  }
  static std::string show(milliseconds v) { return show_duration(v); }
};
template <>
struct Codec<Bytes> {
  static std::optional<Bytes> read(const yaml::Node& n, const Scope& s) { return read_bytes(n, s); }
  static std::string show(Bytes v) { return show_bytes(v); }
};
template <>
struct Codec<Share> {
  static std::optional<Share> read(const yaml::Node& n, const Scope& s) { return read_share(n, s); }
  static std::string show(Share v) { return show_share(v); }
};

template <typename E>
struct Codec<E, std::enable_if_t<std::is_enum_v<E>>> {
  static std::optional<E> read(const yaml::Node& node, const Scope& scope) {
    std::string words;
    for (const auto& [word, value] : Words<E>::all) {
      if (node.is(yaml::Kind::scalar) && node.text == word) return value;
      words += (words.empty() ? "" : ", ") + std::string(word);
    }
    expected_one_of(node, scope, words);
    return std::nullopt;
  }
  static std::string show(E v) {
    for (const auto& [word, value] : Words<E>::all) {
      if (value == v) return std::string(word);
    }
    return {};
  }
};

template <typename T>
struct Codec<std::optional<T>> {
  static std::optional<std::optional<T>> read(const yaml::Node& node, const Scope& scope) {
    if (node.is(yaml::Kind::scalar) && node.plain && node.text == "auto") return std::optional<T>{};
    auto value = Codec<T>::read(node, scope);
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>(std::move(value));
  }
  static std::string show(const std::optional<T>& v) { return v ? Codec<T>::show(*v) : "auto"; }
};

template <typename T>
struct Codec<std::vector<T>> {
  static std::optional<std::vector<T>> read(const yaml::Node& node, const Scope& scope) {
    if (!node.is(yaml::Kind::sequence)) {
      scope.problem(node, "expected a list");
      return std::nullopt;
    }
    std::vector<T> values;
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      auto value = Codec<T>::read(node.items[i], scope.child(std::to_string(i)));
      good = good && value.has_value();
      if (value) values.push_back(std::move(*value));
    }
    if (!good) return std::nullopt;
    return values;
  }
  static std::string show(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) text += (text.size() > 1 ? ", " : "") + Codec<T>::show(value);
    return text + "]";
  }
};

/// Reads the fields of a mapping and reports those it does not know.
class Fields {
 public:
  Fields(const yaml::Node& node, Scope scope);
  ~Fields() = default;

  template <typename T>
  Fields& optional(std::string_view name, T& target) {
    if (const yaml::Node* value = take(name)) {
      if (auto read = Codec<T>::read(*value, scope_.child(name))) {
        target = std::move(*read);
      } else {
        good_ = false;
      }
    }
    return *this;
  }
  template <typename T>
  Fields& required(std::string_view name, T& target) {
    require(name);
    return optional(name, target);
  }
  /// Reports unknown fields; true if everything was fine.
  [[nodiscard]] bool done();

 private:
  const yaml::Node* take(std::string_view name);
  void require(std::string_view name);

  const yaml::Node* node_;
  Scope scope_;
  std::vector<std::string_view> known_;
  bool good_ = true;
};

}  // namespace sparkwarden::settings
