// SPDX-License-Identifier: Apache-2.0
// Findings, what was not looked at, and steps as JSON: one form in reports and on /status. Its text
// is always valid UTF-8.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "agent/core/report.hpp"

namespace sparkwarden::exporters {

/// `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] boost::json::string json_text(std::string_view text);

/// Optional members are left out, never null.
[[nodiscard]] boost::json::object to_json(const Finding& finding);
[[nodiscard]] boost::json::object to_json(const Unlooked& unlooked);
[[nodiscard]] boost::json::object to_json(const Step& step);

template <typename T>
[[nodiscard]] boost::json::array to_json(const std::vector<T>& values) {
  boost::json::array array;
  array.reserve(values.size());
  for (const T& value : values) array.push_back(to_json(value));
  return array;
}

}  // namespace sparkwarden::exporters
