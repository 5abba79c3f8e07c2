// SPDX-License-Identifier: Apache-2.0
// HTTP servers for tests, on loopback and port 0: one of ours in its own thread, and one that says
// one thing and stops.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/io/http_server.hpp"

namespace sparkwarden::tests {

/// An HttpServer that runs in a thread until it goes out of scope. `port` is for a second one,
/// which comes back where the first one was.
class ServerThread {
 public:
  ServerThread(io::HttpLimits limits,
               io::HttpServer::Handler handler,
               std::string address = "127.0.0.1",
               std::uint16_t port = 0);
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;
  ~ServerThread();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] io::HttpCounters counters();
  /// Closes the server and returns when it is closed.
  void close(milliseconds grace = milliseconds{500});

 private:
  boost::asio::io_context loop_{1};
  std::unique_ptr<io::HttpServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// Accepts one connection, sends `reply`, and then ends its side, or says no more until the client
/// leaves.
class OneReplyServer {
 public:
  enum class Then { close, stay_open };
  explicit OneReplyServer(std::string reply, Then then = Then::close);
  OneReplyServer(const OneReplyServer&) = delete;
  OneReplyServer& operator=(const OneReplyServer&) = delete;
  ~OneReplyServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The request head it got; waits until the reply is sent, and may be called once.
  [[nodiscard]] std::string request();

 private:
  void serve(const std::string& reply, Then then);

  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::acceptor acceptor_{loop_};
  std::uint16_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

/// A loopback address of this process alone, so that no other test takes a port of it while whoever
/// listened there is away.
[[nodiscard]] std::string own_loopback_address();

/// A port of a loopback address on which nobody listens: bound, so that no other test can either.
class RefusingPort {
 public:
  explicit RefusingPort(const std::string& address = "127.0.0.1");

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::acceptor bound_{loop_};
  std::uint16_t port_ = 0;
};

/// A port of a loopback address of this process's own, for whoever shall listen there later.
[[nodiscard]] std::uint16_t unused_port(const std::string& address);

}  // namespace sparkwarden::tests
