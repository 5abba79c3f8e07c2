// SPDX-License-Identifier: Apache-2.0
// How what users say about findings is read and shown: `findings:` and `suppress:` mean the same in
// the agent's settings and in lint's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "agent/config/values.hpp"
#include "agent/core/date.hpp"
#include "agent/core/policy.hpp"

namespace sparkwarden::settings {

/// off, info, warning or error.
template <>
struct Codec<Override> {
  static std::optional<Override> read(const yaml::Node& node, const Scope& scope) {
    if (node.is(yaml::Kind::scalar) && node.text == "off") return Override{};
    if (const auto severity = severity_from(node.text)) return Override{severity};
    expected_one_of(node, scope, "off, info, warning, error");
    return std::nullopt;
  }
  static std::string show(const Override& value) {
    return value ? std::string(to_string(*value)) : "off";
  }
};

template <>
struct Codec<std::map<std::string, Override>> {
  using Map = std::map<std::string, Override>;
  static std::optional<Map> read(const yaml::Node& node, const Scope& scope) {
    Map map;
    if (!node.is(yaml::Kind::mapping)) {
      scope.problem(node, "expected a mapping of codes to severities");
      return std::nullopt;
    }
    for (const yaml::Entry& entry : node.entries) {
      if (auto value = Codec<Override>::read(entry.value, scope.child(entry.key.text))) {
        map.emplace(entry.key.text, *value);
      }
    }
    return map;
  }
  static std::string show(const Map& map) {
    std::string text = "{";
    for (const auto& [code, value] : map) {
      text += (text.size() > 1 ? ", " : "") + code + ": " + Codec<Override>::show(value);
    }
    return text + "}";
  }
};

/// A date such as 2027-01-31; the end of that day in UTC.
template <>
struct Codec<WallTime> {
  static std::optional<WallTime> read(const yaml::Node& node, const Scope& scope) {
    if (node.is(yaml::Kind::scalar)) {
      if (const auto date = end_of_day(node.text)) return date;
    }
    scope.problem(node, "expected a date such as 2027-01-31");
    return std::nullopt;
  }
};

template <>
struct Codec<Suppression> {
  static std::optional<Suppression> read(const yaml::Node& node, const Scope& scope) {
    Suppression value;
    WallTime expires = WallTime::max();
    const bool good = Fields(node, scope)
                          .required("code", value.code)
                          .optional("subject", value.subject)
                          .required("reason", value.reason)
                          .optional("expires", expires)
                          .done();
    if (expires != WallTime::max()) value.expires = expires;
    value.at = {.path = scope.source, .line = node.line, .column = node.column};
    return good ? std::optional(std::move(value)) : std::nullopt;
  }
  static std::string show(const Suppression& value) {
    return "{code: " + value.code + ", subject: " + show_text(value.subject) +
           ", reason: " + show_text(value.reason) + "}";
  }
};

}  // namespace sparkwarden::settings
