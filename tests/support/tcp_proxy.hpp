// SPDX-License-Identifier: Apache-2.0
// A TCP proxy between a client and a server that misbehaves on demand: slow, deaf, cut, corrupt.
#pragma once

#include <atomic>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::tests {

enum class ProxyMode {
  pass,
  drop_replies,  // the server hears the client, the client hears nothing
  close,         // hangs up
  half_close,    // says it will send no more, and keeps listening
  garbage,       // answers with bytes of its own
};

/// Listens on a free port of 127.0.0.1, on a thread of its own. The mode can change at any time and
/// holds for connections that stand already.
class TcpProxy {
 public:
  explicit TcpProxy(int server_port);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  ~TcpProxy();

  [[nodiscard]] int port() const { return port_; }
  void set(ProxyMode mode) { mode_ = mode; }
  /// Passes this many pieces of the server's answers, then goes over to `mode`.
  void set_after(int replies, ProxyMode mode);
  void delay(milliseconds each_way) { delay_ms_ = static_cast<int>(each_way.count()); }

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket client);
  boost::asio::awaitable<void> forward(boost::asio::ip::tcp::socket& from,
                                       boost::asio::ip::tcp::socket& to);
  boost::asio::awaitable<bool> reply(boost::asio::ip::tcp::socket& client, std::string piece);
  boost::asio::awaitable<void> pause();
  [[nodiscard]] ProxyMode mode_now();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int server_port_;
  int port_;
  std::atomic<ProxyMode> mode_ = ProxyMode::pass;
  std::atomic<ProxyMode> later_ = ProxyMode::pass;
  std::atomic<int> replies_left_ = -1;
  std::atomic<int> delay_ms_ = 0;
  std::thread thread_;
};

}  // namespace sparkwarden::tests
