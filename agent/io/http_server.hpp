// SPDX-License-Identifier: Apache-2.0
// The HTTP server: sockets, limits and protocol errors. What a path means is the handler's
// business; Beast stays behind this header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "agent/core/answer.hpp"
#include "agent/core/result.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::io {

/// `connections` and `connections_per_address`: the newest connection always gets in, at the cost
/// of the one that has been waiting longest, so that nobody can lock a health probe out. That is
/// why neither loopback nor the node's address needs an exemption.
struct HttpLimits {
  std::size_t connections = 8192;
  std::size_t connections_per_address = 64;
  std::size_t header_bytes = 8 * 1024;
  milliseconds idle{15'000};   // until the first byte of a request
  milliseconds total{30'000};  // from there to the last byte of the answer
};

/// From the last byte of a request to the last byte of its answer handed to the kernel. A bucket
/// for each of kAnswerBuckets and one for what took longer, each counting for itself.
struct AnswerTimes {
  std::array<std::uint64_t, std::size(kAnswerBuckets) + 1> buckets{};
  double sum = 0;  // seconds
  std::uint64_t count = 0;

  void observe(double seconds);
};

/// Since start. `own_answers` are those the server gave without asking the handler, by status.
struct HttpCounters {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;  // now
  std::uint64_t requests = 0;
  std::uint64_t evicted = 0;  // closed to make room
  std::uint64_t timed_out = 0;
  std::uint64_t accept_failures = 0;
  std::uint64_t failures =
      0;  // exceptions: of the handler (answered 500) or in a connection (closed)
  std::map<unsigned, std::uint64_t> own_answers = {};
  AnswerTimes times = {};
};

/// Serves GET and HEAD, keep-alive and pipelined, in the thread that runs the executor, and gzip to
/// those who ask for it. Everything else is answered in plain text and closed: 400, 405, 408 (half
/// a request), 413 (any body), 414, 431, 505.
class HttpServer {
 public:
  /// Answers one request from memory, at once: while it runs nothing else does. HEAD is asked like
  /// GET and loses its body here. 404 is the handler's.
  using Handler = std::function<Answer(const Request&)>;

  HttpServer(boost::asio::any_io_executor executor, HttpLimits limits, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // cuts every connection off; the handler is not called again

  /// Listens, and returns the port. `address` is numeric; `[::]` serves IPv4 too, and is 0.0.0.0
  /// where the kernel has no IPv6. Port 0: any free one.
  /// Errors: `port.taken`, `port.permission`, `listen.address`, `listen.failed`.
  [[nodiscard]] Result<std::uint16_t> start(const std::string& address, std::uint16_t port);

  /// Answers what was sent before it was called, to the last connection that waits to be accepted,
  /// and lets answers finish for at most `grace`; then cuts off the rest, and returns when no
  /// connection is left.
  [[nodiscard]] boost::asio::awaitable<void> close(milliseconds grace = milliseconds{500});

  /// From the next request of each connection on; whoever is too many leaves, the one served least
  /// recently first.
  void adopt(HttpLimits limits);

  [[nodiscard]] const HttpCounters& counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sparkwarden::io
