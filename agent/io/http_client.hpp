// SPDX-License-Identifier: Apache-2.0
// One GET with one deadline for everything. No redirects, no proxies; TLS only where it is asked
// for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "agent/core/answer.hpp"
#include "agent/core/result.hpp"
#include "agent/core/time.hpp"
#include "agent/io/http_target.hpp"

namespace sparkwarden::io {

/// Whom to trust: PEM certificates of authorities, and nobody else. The server must prove the host
/// of the URL, name or address.
struct Tls {
  std::string authorities;
};

struct HttpGet {
  HttpUrl url;
  Headers headers = {};
  milliseconds deadline{5'000};
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 1024 * 1024;
  std::optional<Tls> tls = {};  // without: plain
};

struct HttpReply {
  unsigned status = 0;
  Headers headers = {};
  std::string body = {};

  /// The first header of this name, in any case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// The reply, whatever its status. A name is resolved first (`localhost` without asking anybody);
/// its addresses are tried in order.
/// Errors: `http.resolve`, `http.refused`, `http.unreachable`, `http.timeout` (detail: how far it
/// got), `http.tls` (not proven, or no TLS), `http.closed` (before an answer), `http.cut` (in the
/// middle of one), `http.malformed`, `http.too-large`; subject host:port.
[[nodiscard]] boost::asio::awaitable<Result<HttpReply>> http_get(HttpGet request);

}  // namespace sparkwarden::io
