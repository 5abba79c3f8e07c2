// SPDX-License-Identifier: Apache-2.0
// What a renderer gives a route, and what it is asked: the whole of HTTP that exporters know.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparkwarden {

/// In order, as they were sent.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of this name, in any case (ASCII).
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers,
                                                          std::string_view name);

/// A parsed request. `path` has no query; `query` is in order, names percent-decoded; a name
/// without `=` has an empty value.
struct Request {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers = {};

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

struct Answer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  Headers headers = {};

  bool operator==(const Answer&) const = default;
};

}  // namespace sparkwarden
