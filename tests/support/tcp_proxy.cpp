// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.hpp"

#include <array>
#include <future>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sparkwarden::tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTupled = asio::as_tuple(asio::use_awaitable);

tcp::endpoint loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
}

}  // namespace

TcpProxy::TcpProxy(int server_port)
    : acceptor_(io_, loopback(0)),
      server_port_(server_port),
      port_(acceptor_.local_endpoint().port()) {
  asio::co_spawn(io_, accept(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

TcpProxy::~TcpProxy() {
  io_.stop();
  thread_.join();
}

void TcpProxy::set_after(int replies, ProxyMode mode) {
  later_ = mode;
  replies_left_ = replies;
}

void TcpProxy::on_call(OnCall see) {
  on_own_thread([&] { on_call_ = std::move(see); });
}

void TcpProxy::edit_replies(EditReply edit) {
  on_own_thread([&] { edit_ = std::move(edit); });
}

void TcpProxy::on_own_thread(const std::function<void()>& act) {
  std::promise<void> done;
  asio::post(io_, [&] {
    act();
    done.set_value();
  });
  done.get_future().wait();
}

ProxyMode TcpProxy::mode_now() {
  if (replies_left_ == 0) {
    replies_left_ = -1;
    mode_ = later_.load();
  }
  return mode_;
}

asio::awaitable<void> TcpProxy::accept() {
  while (true) {
    auto [error, client] = co_await acceptor_.async_accept(kTupled);
    if (error) co_return;
    asio::co_spawn(io_, serve(std::move(client)), asio::detached);
  }
}

asio::awaitable<void> TcpProxy::serve(tcp::socket client) {
  using asio::experimental::awaitable_operators::operator||;
  if (mode_now() == ProxyMode::close) co_return;
  tcp::socket server(io_);
  const auto [error] = co_await server.async_connect(loopback(server_port_), kTupled);
  if (error) co_return;
  Talk talk;
  // Neither may throw: the other one would then go on for as long as the server likes.
  auto requests = forward(client, server, talk, false);
  auto replies = forward(server, client, talk, true);
  co_await (std::move(requests) || std::move(replies));
}

// Client to server as it is; server to client as the mode says.
asio::awaitable<void> TcpProxy::forward(tcp::socket& from,
                                        tcp::socket& to,
                                        Talk& talk,
                                        bool from_server) {
  std::array<char, 64 * 1024> chunk{};
  while (true) {
    const auto [error, got] = co_await from.async_read_some(asio::buffer(chunk), kTupled);
    if (error) co_return;
    co_await pause();
    std::string piece(chunk.data(), got);
    if (from_server && edit_) piece = edited(talk, piece);
    if (!from_server) look_at_calls(talk, piece);
    if (from_server) {
      const bool goes_on = co_await reply(to, std::move(piece));
      if (!goes_on) co_return;
    } else {
      co_await asio::async_write(to, asio::buffer(piece), kTupled);
    }
  }
}

void TcpProxy::look_at_calls(Talk& talk, const std::string& piece) const {
  if (!on_call_ && !edit_) return;
  for (const std::string& record : talk.calls.feed(piece)) {
    const std::optional<RpcHead> call = parse_call(record);
    if (!call) continue;
    if (on_call_) on_call_(*call);
    talk.open[call->xid] = *call;
  }
}

std::string TcpProxy::edited(Talk& talk, const std::string& piece) const {
  std::string bytes;
  for (std::string& record : talk.replies.feed(piece)) {
    const auto call = talk.open.extract(word_at(record, 0));
    bytes += call ? edit_(call.mapped(), std::move(record)) : framed(record);
  }
  return bytes;
}

asio::awaitable<bool> TcpProxy::reply(tcp::socket& client, std::string piece) {
  boost::system::error_code ignored;
  switch (mode_now()) {
    case ProxyMode::close:
      co_return false;
    case ProxyMode::drop_replies:
      co_return true;
    case ProxyMode::half_close:
      client.shutdown(tcp::socket::shutdown_send, ignored);
      co_return true;
    case ProxyMode::garbage:
      piece = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
      break;
    case ProxyMode::drip:
      co_return co_await drip(client, std::move(piece));
    case ProxyMode::fragments:
      co_return co_await endless(client);
    case ProxyMode::pass:
      if (replies_left_ > 0) --replies_left_;
      break;
  }
  co_await asio::async_write(client, asio::buffer(piece), kTupled);
  co_return true;
}

asio::awaitable<bool> TcpProxy::drip(tcp::socket& client, std::string piece) {
  for (const char& byte : piece) {
    asio::steady_timer timer(io_, milliseconds(20));
    co_await timer.async_wait(kTupled);
    const auto [error, sent] = co_await asio::async_write(client, asio::buffer(&byte, 1), kTupled);
    if (error) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> TcpProxy::endless(tcp::socket& client) {
  constexpr std::uint32_t kFragment = 64 * 1024;  // without the bit that makes it the last one
  const std::string piece = words({kFragment}) + std::string(kFragment, 'x');
  while (mode_ == ProxyMode::fragments) {
    const auto [error, sent] = co_await asio::async_write(client, asio::buffer(piece), kTupled);
    if (error) co_return false;
  }
  co_return false;
}

asio::awaitable<void> TcpProxy::pause() {
  if (delay_ms_ == 0) co_return;
  asio::steady_timer timer(io_, milliseconds(delay_ms_));
  co_await timer.async_wait(kTupled);
}

}  // namespace sparkwarden::tests
