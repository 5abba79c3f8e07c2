// SPDX-License-Identifier: Apache-2.0
// An HTTP client that sends what it is told, byte by byte, and shows what comes back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace sparkwarden::tests {

/// One blocking connection. Reading fails the test by an exception after a minute of
/// silence.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const std::string& address = "127.0.0.1");

  void send(std::string_view bytes);
  /// Everything up to the end of the connection. A reset counts as an end and is told as such.
  [[nodiscard]] std::string read_to_end();
  /// One whole reply with a Content-Length body; HEAD replies have none.
  [[nodiscard]] std::string read_reply(bool with_body = true);
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  [[nodiscard]] bool read_some();

  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::socket socket_{loop_};
  std::string pending_;
};

/// Sends `request` on a connection of its own and returns all that comes back.
[[nodiscard]] std::string exchange(std::uint16_t port, std::string_view request);

}  // namespace sparkwarden::tests
