// SPDX-License-Identifier: Apache-2.0
// A TCP proxy between a client and a server that misbehaves on demand: slow, deaf, cut, corrupt.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/core/time.hpp"
#include "tests/support/rpc_records.hpp"

namespace sparkwarden::tests {

enum class ProxyMode {
  pass,
  drop_replies,  // the server hears the client, the client hears nothing
  close,         // hangs up
  half_close,    // says it will send no more, and keeps listening
  garbage,       // answers with bytes of its own
  drip,          // answers one byte at a time, 20 ms apart
  fragments,     // answers with a record that never ends
};

/// Sees each RPC call before the server does. Runs on the proxy's thread.
using OnCall = std::function<void(const RpcHead&)>;
/// The bytes that the client gets for one reply of the server (a record without its mark); empty:
/// none. Runs on the proxy's thread.
using EditReply = std::function<std::string(const RpcHead& call, std::string reply)>;

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
  /// Both hold from their return on, also for connections that stand already.
  void on_call(OnCall see);
  void edit_replies(EditReply edit);
  void delay(milliseconds each_way) { delay_ms_ = static_cast<int>(each_way.count()); }

 private:
  // What both directions of one connection share.
  struct Talk {
    RecordReader calls = {};
    RecordReader replies = {};
    std::map<std::uint32_t, RpcHead> open = {};  // calls without their reply, by xid
  };
  void on_own_thread(const std::function<void()>& act);
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket client);
  boost::asio::awaitable<void> forward(boost::asio::ip::tcp::socket& from,
                                       boost::asio::ip::tcp::socket& to,
                                       Talk& talk,
                                       bool from_server);
  void look_at_calls(Talk& talk, const std::string& piece) const;
  [[nodiscard]] std::string edited(Talk& talk, const std::string& piece) const;
  boost::asio::awaitable<bool> reply(boost::asio::ip::tcp::socket& client, std::string piece);
  boost::asio::awaitable<void> pause();
  boost::asio::awaitable<bool> drip(boost::asio::ip::tcp::socket& client, std::string piece);
  boost::asio::awaitable<bool> endless(boost::asio::ip::tcp::socket& client);
  [[nodiscard]] ProxyMode mode_now();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int server_port_;
  int port_;
  std::atomic<ProxyMode> mode_ = ProxyMode::pass;
  std::atomic<ProxyMode> later_ = ProxyMode::pass;
  std::atomic<int> replies_left_ = -1;
  std::atomic<int> delay_ms_ = 0;
  OnCall on_call_;
  EditReply edit_;
  std::thread thread_;
};

}  // namespace sparkwarden::tests
