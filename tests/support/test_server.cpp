// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_server.hpp"

#include <future>
#include <stdexcept>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

namespace sparkwarden::tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

ServerThread::ServerThread(io::HttpLimits limits,
                           io::HttpServer::Handler handler,
                           std::string address,
                           std::uint16_t wanted)
    : server_(std::make_unique<io::HttpServer>(loop_.get_executor(), limits, std::move(handler))) {
  const auto port = server_->start(address, wanted);
  if (!port) throw std::runtime_error(port.error().code + " " + port.error().detail);
  port_ = *port;
  thread_ = std::thread([this] { loop_.run(); });
}

ServerThread::~ServerThread() {
  close(milliseconds{0});
}

io::HttpCounters ServerThread::counters() {
  if (!thread_.joinable()) return server_->counters();
  std::promise<io::HttpCounters> promise;
  asio::post(loop_, [&] { promise.set_value(server_->counters()); });
  return promise.get_future().get();
}

void ServerThread::close(milliseconds grace) {
  if (!thread_.joinable()) return;
  asio::co_spawn(loop_, server_->close(grace), asio::use_future).get();
  thread_.join();  // ends by itself: a closed server leaves nothing to do
}

OneReplyServer::OneReplyServer(std::string reply, Then then)
    : acceptor_(loop_, {asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()),
      thread_([this, reply = std::move(reply), then] { serve(reply, then); }) {}

OneReplyServer::~OneReplyServer() {
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes an accept that nobody came to
  if (thread_.joinable()) thread_.join();
}

std::string OneReplyServer::request() {
  thread_.join();
  return request_;
}

void OneReplyServer::serve(const std::string& reply, Then then) {
  tcp::socket peer(loop_);
  error_code error;
  acceptor_.accept(peer, error);
  if (error) return;
  asio::read_until(peer, asio::dynamic_buffer(request_), "\r\n\r\n", error);
  asio::write(peer, asio::buffer(reply), error);
  if (then == Then::close) peer.shutdown(tcp::socket::shutdown_send, error);
  std::string rest;
  asio::read(peer, asio::dynamic_buffer(rest), error);  // until the client leaves
}

std::string own_loopback_address() {
  const auto pid = static_cast<unsigned>(::getpid());
  const auto byte = [&](unsigned shift, unsigned mask) {
    return "." + std::to_string((pid >> shift) & mask);
  };
  return "127." + std::to_string(64 + ((pid >> 16U) & 63U)) + byte(8, 255) + byte(0, 255);
}

RefusingPort::RefusingPort(const std::string& address) {
  const tcp::endpoint endpoint(asio::ip::make_address(address), 0);
  bound_.open(endpoint.protocol());
  bound_.bind(endpoint);
  port_ = bound_.local_endpoint().port();
}

std::uint16_t unused_port(const std::string& address) {
  return RefusingPort(address).port();
}

}  // namespace sparkwarden::tests
