// SPDX-License-Identifier: Apache-2.0
// What a renderer gives a route, and what it is asked: the whole of HTTP that exporters know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// Upper bounds, in seconds, of the histogram of how long answers take.
inline constexpr double kAnswerBuckets[] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1};

/// A text that many answers hold: however many clients read it slowly, it is in memory once. Its
/// compressed form is made by the server when a client first asks for it. Not thread-safe.
struct SharedText {
  explicit SharedText(std::string words) : text(std::move(words)) {}

  const std::string text;
  std::string deflated = {};  // empty: not made yet
  std::uint32_t crc32 = 0;    // of `text`, once deflated
  bool deflating = false;     // right now, on the worker thread
};

/// The body is `shared`, if there is one, and then `body`.
struct Answer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  Headers headers = {};
  std::shared_ptr<SharedText> shared = {};

  [[nodiscard]] std::size_t body_bytes() const {
    return (shared == nullptr ? 0 : shared->text.size()) + body.size();
  }
  /// All of the body in one text.
  [[nodiscard]] std::string whole_body() const {
    return (shared == nullptr ? std::string() : shared->text) + body;
  }

  bool operator==(const Answer&) const = default;
};

}  // namespace sparkwarden
