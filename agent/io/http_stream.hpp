// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection and the time they may take: all that the server knows of a socket.
// TLS will be a second kind of stream behind this header, not a second server.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

/// Not thread-safe. Must outlive what is awaited of it. A stream has no timer of its own: whoever
/// owns thousands looks at all of them now and then (`overdue`) and gives up on those that are
/// late.
class HttpStream {
 public:
  static constexpr std::size_t kPieces = 4;
  using Pieces = std::array<std::string_view, kPieces>;

  explicit HttpStream(boost::asio::ip::tcp::socket socket);

  /// The client's address; one that came as ::ffff:10.0.0.1 is 10.0.0.1. Empty: already gone.
  [[nodiscard]] std::string address() const;

  /// Appends what has come, at least one byte and at most `bytes_max`.
  /// Errors: `timed_out` when it was given up, `eof`, and those of the socket.
  [[nodiscard]] boost::asio::awaitable<boost::system::error_code> read_into(std::string* input,
                                                                            std::size_t bytes_max);
  /// No error means that all of it went out.
  [[nodiscard]] boost::asio::awaitable<boost::system::error_code> write(Pieces pieces);

  /// Tells the client that no more will come.
  void end_of_writing();
  void close();
  /// Whether bytes wait to be read.
  [[nodiscard]] bool has_input();

  void expires_after(milliseconds limit);
  [[nodiscard]] bool overdue(Instant now) const { return !given_up_ && now >= deadline_; }
  /// Ends what is being awaited, and all that follows until the next expires_after, as timed out.
  void give_up();

 private:
  [[nodiscard]] boost::system::error_code read_now(std::string& input, std::size_t bytes_max);
  [[nodiscard]] boost::asio::awaitable<boost::system::error_code> ready(
      boost::asio::ip::tcp::socket::wait_type what);

  boost::asio::ip::tcp::socket socket_;
  Instant deadline_ = Instant::max();
  bool given_up_ = false;
  bool fresh_ = true;  // nothing read so far: it is likely that the request is here already
};

}  // namespace sparkwarden::io
