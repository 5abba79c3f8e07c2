// SPDX-License-Identifier: Apache-2.0
// A test that runs on each line of Spark, with what the answers have in common.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "tests/support/spark_oracle.hpp"

namespace sparkwarden {

namespace json = boost::json;

/// The parameter is the line, "3.5" or "4". ctest runs all tests of a line in one process, which
/// starts one JVM: tests/CMakeLists.txt picks them by the names that INSTANTIATE_ON_SPARK gives.
class OnSpark : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = tests::why_no_spark(line()); !why.empty()) GTEST_SKIP() << why;
  }

  [[nodiscard]] static std::string line() { return GetParam(); }
  [[nodiscard]] static bool is_3() { return line() == "3.5"; }
  [[nodiscard]] static json::object ask(const json::object& question) {
    return tests::spark(line()).ask(question);
  }
};

#define INSTANTIATE_ON(suite, ...)                                                       \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::Values(__VA_ARGS__), [](const auto& each) { \
    return std::string(each.param) == "4" ? "Spark4" : "Spark3_5";                       \
  })
#define INSTANTIATE_ON_SPARK(suite) INSTANTIATE_ON(suite, "3.5", "4")

/// The value at a JSON pointer; null where there is none.
inline json::value at(const json::value& value, std::string_view pointer) {
  boost::system::error_code none;
  const json::value* found = value.find_pointer(pointer, none);
  return found == nullptr ? json::value(nullptr) : *found;
}

/// The element of an array whose "name" is `name`; null where there is none.
inline json::value named(const json::value& array, std::string_view name) {
  if (const json::array* all = array.if_array()) {
    for (const json::value& each : *all) {
      if (at(each, "/name") == json::value(name)) return each;
    }
  }
  return nullptr;
}

/// One field of each element of an array, in its order.
inline std::vector<std::string> each(const json::value& array, std::string_view field) {
  std::vector<std::string> all;
  if (const json::array* elements = array.if_array()) {
    for (const json::value& element : *elements) {
      const json::value value = at(element, "/" + std::string(field));
      all.push_back(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    }
  }
  return all;
}

/// The objects of a kind among those that Spark sent.
inline std::vector<json::value> sent(const json::object& answer, std::string_view kind) {
  std::vector<json::value> all;
  for (const json::value& object : answer.at("sent").as_array()) {
    if (at(object, "/kind") == json::value(kind)) all.push_back(object);
  }
  return all;
}

/// The lines of the answer's log that hold `text`.
inline int logged(const json::object& answer, std::string_view text) {
  const json::array& log = answer.at("log").as_array();
  return static_cast<int>(std::count_if(log.begin(), log.end(), [&](const json::value& line) {
    return std::string_view(line.get_string()).find(text) != std::string_view::npos;
  }));
}

/// "class: message" of the innermost error; empty when Spark threw none.
inline std::string error(const json::object& answer) {
  const json::value* errors = answer.if_contains("errors");
  if (errors == nullptr) return "";
  const json::value& last = errors->as_array().back();
  return std::string(at(last, "/class").get_string()) + ": " +
         std::string(at(last, "/message").get_string());
}

}  // namespace sparkwarden
