// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pretty_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace sparkwarden::tests {
namespace {

namespace json = boost::json;

std::string line_start(std::size_t depth) {
  return '\n' + std::string(2 * depth, ' ');
}

void write(std::string& out, const json::value& value, std::size_t depth) {
  bool first = true;
  const auto next = [&] {
    if (!first) out += ',';
    first = false;
    out += line_start(depth + 1);
  };
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      next();
      out += json::serialize(key) + ": ";
      write(out, member, depth + 1);
    }
    out += line_start(depth) + '}';
  } else if (const json::array* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    for (const json::value& member : *array) {
      next();
      write(out, member, depth + 1);
    }
    out += line_start(depth) + ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(std::string_view text) {
  std::string out;
  write(out, json::parse(text), 0);
  return out + '\n';
}

}  // namespace sparkwarden::tests
