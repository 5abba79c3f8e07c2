// SPDX-License-Identifier: Apache-2.0
// Request targets and URLs, parsed strictly and bounded. Pure; knows no socket and no route.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/result.hpp"

namespace sparkwarden::io {

inline constexpr std::size_t kTargetBytesMax = 4096;
inline constexpr std::size_t kQueryPairsMax = 64;

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query = {};

  bool operator==(const Target&) const = default;
};

/// Path and query of a request line, percent-decoded; `+` in the query is a blank.
/// The absolute form (`http://host/path`) is taken as its path: RFC 9112 3.2.2 obliges a server to
/// accept it, and which name we were called by never matters here.
/// Errors: `target.too-long`, `target.malformed` (escape, control character, not UTF-8, other
/// form).
[[nodiscard]] Result<Target> parse_target(std::string_view text);

struct HttpUrl {
  std::string host;  // without brackets
  std::uint16_t port = 80;
  std::string target = "/";

  bool operator==(const HttpUrl&) const = default;
};

/// The parts of an `http://` URL. User names, fragments and other schemes are refused.
/// Errors: `url.malformed`.
[[nodiscard]] Result<HttpUrl> parse_url(std::string_view text);

}  // namespace sparkwarden::io
