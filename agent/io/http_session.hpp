// SPDX-License-Identifier: Apache-2.0
// One connection: moving bytes in and out within its limits. Used by http_server.cpp alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <tl/expected.hpp>

#include "agent/core/time.hpp"
#include "agent/io/http_request.hpp"

namespace sparkwarden::io {

struct HttpSession {
  HttpSession(boost::asio::ip::tcp::socket socket, std::uint64_t number, std::size_t header_bytes);

  boost::beast::tcp_stream stream;
  boost::beast::flat_buffer buffer;
  std::uint64_t id;
  bool answering = false;  // else it waits for its client
};

using SessionPtr = std::shared_ptr<HttpSession>;

/// The client's address; one that came as ::ffff:10.0.0.1 is 10.0.0.1. Empty: already gone.
[[nodiscard]] std::string address_of(const boost::asio::ip::tcp::socket& socket);

/// A complete head, taken off the buffer; or why it was refused; or the error that ended the
/// connection (`beast::error::timeout` for a slow client). Nothing else is an error here.
struct Received {
  HeadState state = HeadState::incomplete;
  std::string head = {};
  boost::system::error_code error = {};
};
[[nodiscard]] boost::asio::awaitable<Received> receive(SessionPtr session,
                                                       milliseconds idle,
                                                       milliseconds total);

/// Writes `head` and `body`; no error means that all of it went out.
[[nodiscard]] boost::asio::awaitable<boost::system::error_code> send(SessionPtr session,
                                                                     std::string head,
                                                                     std::string body);

/// Ends the connection so that the client gets all of the answer: closing with input unread would
/// reset it.
[[nodiscard]] boost::asio::awaitable<void> linger(SessionPtr session);

}  // namespace sparkwarden::io
