// SPDX-License-Identifier: Apache-2.0
// One connection: heads in, answers out, within its limits. Used by http_server.cpp alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "agent/core/time.hpp"
#include "agent/io/http_request.hpp"
#include "agent/io/http_stream.hpp"

namespace sparkwarden::io {

struct HttpSession {
  HttpSession(HttpStream bytes, std::uint64_t number) : stream(std::move(bytes)), id(number) {}

  HttpStream stream;
  std::string input = {};  // of a request that is not complete, or of those after it
  std::uint64_t id;
  bool answering = false;  // else it waits for its client
};

using SessionPtr = std::shared_ptr<HttpSession>;

struct ReceiveLimits {
  std::size_t header_bytes = 0;
  milliseconds idle{0};   // until the first byte
  milliseconds total{0};  // from there to the last byte of the answer
};

/// A complete head, taken off the input; or why it was refused; or the error that ended the
/// connection (`timed_out` for a slow client). Nothing else is an error here.
struct Received {
  HeadState state = HeadState::incomplete;
  std::string head = {};
  boost::system::error_code error = {};
  bool begun = false;  // some of it came
};
[[nodiscard]] boost::asio::awaitable<Received> receive(SessionPtr session, ReceiveLimits limits);

/// Ends the connection so that the client gets all of the answer: closing with input unread would
/// reset it.
[[nodiscard]] boost::asio::awaitable<void> linger(SessionPtr session);

}  // namespace sparkwarden::io
