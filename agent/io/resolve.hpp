// SPDX-License-Identifier: Apache-2.0
// Host names to addresses, within a limit. A lookup cannot be cancelled (getaddrinfo), so a late
// answer is dropped instead of waited for.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

inline constexpr std::size_t kAddressesMax = 8;

/// `endpoints` is empty when the name has no address; `detail` then holds the resolver's words.
struct Resolved {
  std::vector<boost::asio::ip::tcp::endpoint> endpoints = {};
  std::string detail = {};
};

/// The addresses of `host` with `port`, in the resolver's order, at most kAddressesMax. A numeric
/// address is never looked up. Errors: an empty answer with its reason; at most four lookups may be
/// waiting for a resolver at a time.
[[nodiscard]] boost::asio::awaitable<Resolved> resolve(std::string host,
                                                       unsigned short port,
                                                       milliseconds limit);

}  // namespace sparkwarden::io
