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

/// Every head may have kHeadFree bytes, as those of health probes, scrapes and agents have. What is
/// more comes out of one pool: thousands of clients that fill their heads and never end them must
/// not take the memory of the whole container.
inline constexpr std::size_t kHeadFree = 2 * 1024;
inline constexpr std::size_t kHeadPool = 8 * 1024 * 1024;

struct HeadPool {
  std::size_t left = kHeadPool;
};

struct HttpSession {
  HttpSession(HttpStream bytes, std::uint64_t number, std::shared_ptr<HeadPool> shared)
      : stream(std::move(bytes)), id(number), pool(std::move(shared)) {}
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;
  ~HttpSession() { pool->left += of_pool; }

  HttpStream stream;
  std::string input = {};  // of a request that is not complete, or of those after it
  std::uint64_t id;
  std::shared_ptr<HeadPool> pool;
  std::size_t of_pool = 0;  // bytes taken from it
  bool answering = false;   // else it waits for its client
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
