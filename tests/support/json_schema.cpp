// SPDX-License-Identifier: Apache-2.0
#include "tests/support/json_schema.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <boost/json/serialize.hpp>

namespace sparkwarden::tests {
namespace {

namespace json = boost::json;

std::string text_of(const json::string& text) {
  return {text.data(), text.size()};
}

bool has_type(const json::value& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "boolean") return value.is_bool();
  return false;
}

class Validator {
 public:
  explicit Validator(const json::value& root) : root_(root) {}

  void check(const json::object& schema, const json::value& value, const std::string& path) {
    if (const json::value* ref = schema.if_contains("$ref")) {
      const std::string name = text_of(ref->as_string()).substr(sizeof "#/$defs/" - 1);
      check(root_.at("$defs").at(name).as_object(), value, path);
      return;
    }
    check_keywords(schema, path);
    check_scalar(schema, value, path);
    if (value.is_object()) check_object(schema, value.get_object(), path);
    if (value.is_array() && schema.contains("items")) {
      std::size_t index = 0;
      for (const json::value& item : value.get_array()) {
        check(schema.at("items").as_object(), item, path + '/' + std::to_string(index++));
      }
    }
  }

  [[nodiscard]] std::vector<std::string> violations() && { return std::move(violations_); }

 private:
  void wrong(const std::string& path, const std::string& what) {
    violations_.push_back((path.empty() ? "/" : path) + ": " + what);
  }

  void check_keywords(const json::object& schema, const std::string& path) {
    static const std::set<std::string> kKnown{"$schema",
                                              "$id",
                                              "$defs",
                                              "title",
                                              "description",
                                              "type",
                                              "enum",
                                              "const",
                                              "pattern",
                                              "minimum",
                                              "required",
                                              "properties",
                                              "items",
                                              "format",
                                              "additionalProperties"};
    for (const auto& member : schema) {
      const std::string key(member.key());
      if (!kKnown.contains(key)) wrong(path, "the schema has the unknown keyword " + key);
    }
  }

  void check_scalar(const json::object& schema, const json::value& value, const std::string& path) {
    const std::string shown = json::serialize(value);
    if (const json::value* type = schema.if_contains("type")) {
      if (!has_type(value, text_of(type->as_string()))) {
        wrong(path, shown + " is no " + text_of(type->as_string()));
      }
    }
    if (const json::value* only = schema.if_contains("const"); only != nullptr && *only != value) {
      wrong(path, shown + " is not allowed");
    }
    if (const json::value* words = schema.if_contains("enum")) {
      const json::array& allowed = words->as_array();
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        wrong(path, shown + " is not allowed");
      }
    }
    if (const json::value* pattern = schema.if_contains("pattern"); pattern && value.is_string()) {
      const std::regex regex(text_of(pattern->as_string()));
      if (!std::regex_search(text_of(value.get_string()), regex))
        wrong(path, shown + " does not match");
    }
    if (const json::value* least = schema.if_contains("minimum"); least && value.is_int64()) {
      if (value.get_int64() < least->as_int64()) wrong(path, shown + " is too small");
    }
  }

  void check_object(const json::object& schema,
                    const json::object& object,
                    const std::string& path) {
    const json::value* properties = schema.if_contains("properties");
    const json::value* additional = schema.if_contains("additionalProperties");
    for (const auto& member : object) {
      const bool known = properties != nullptr && properties->as_object().contains(member.key());
      if (known || additional == nullptr) continue;
      if (additional->is_object()) {
        check(additional->get_object(), member.value(), path + '/' + std::string(member.key()));
      } else if (!additional->as_bool()) {
        wrong(path, "unknown member " + std::string(member.key()));
      }
    }
    if (const json::value* required = schema.if_contains("required")) {
      for (const json::value& name : required->as_array()) {
        if (!object.contains(name.as_string())) wrong(path, "no " + text_of(name.as_string()));
      }
    }
    if (properties == nullptr) return;
    for (const auto& property : properties->as_object()) {
      const json::value* member = object.if_contains(property.key());
      if (member == nullptr) continue;
      check(property.value().as_object(), *member, path + '/' + std::string(property.key()));
    }
  }

  const json::value& root_;
  std::vector<std::string> violations_;
};

}  // namespace

std::vector<std::string> schema_violations(const json::value& schema, const json::value& value) {
  Validator validator(schema);
  validator.check(schema.as_object(), value, "");
  return std::move(validator).violations();
}

}  // namespace sparkwarden::tests
