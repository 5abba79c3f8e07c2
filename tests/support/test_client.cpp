// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_client.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace sparkwarden::tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kSilenceMaxSeconds = 60;

/// So that a server that hangs fails the test instead of hanging it.
void limit_reading(tcp::socket& socket) {
  const timeval limit{.tv_sec = kSilenceMaxSeconds, .tv_usec = 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

std::size_t content_length(const std::string& head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + kName.size()));
}

}  // namespace

RawClient::RawClient(std::uint16_t port, const std::string& address) {
  socket_.connect({asio::ip::make_address(address), port});
  limit_reading(socket_);
}

void RawClient::send(std::string_view bytes) {
  error_code ignored;  // a server that has already refused may have closed
  asio::write(socket_, asio::buffer(bytes), ignored);
}

bool RawClient::read_some() {
  // Not Asio's read: it waits with poll and would not see SO_RCVTIMEO.
  std::array<char, 4096> chunk{};
  ssize_t count = -1;
  do {  // with a limit set, a process that was stopped and goes on is told EINTR: signal(7)
    count = ::recv(socket_.native_handle(), chunk.data(), chunk.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) {
    throw std::runtime_error("the server kept silent for " + std::to_string(kSilenceMaxSeconds) +
                             " s");
  }
  if (count < 0) pending_ += "<reset>";
  if (count <= 0) return false;
  pending_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_to_end() {
  while (read_some()) {
  }
  return std::exchange(pending_, {});
}

std::string RawClient::read_reply(bool with_body) {
  std::size_t head_end = pending_.find("\r\n\r\n");
  while (head_end == std::string::npos) {
    if (!read_some()) return std::exchange(pending_, {});
    head_end = pending_.find("\r\n\r\n");
  }
  const std::string head = pending_.substr(0, head_end + 4);
  const std::size_t size = head.size() + (with_body ? content_length(head) : 0);
  while (pending_.size() < size && read_some()) {
  }
  std::string reply = pending_.substr(0, size);
  pending_.erase(0, size);
  return reply;
}

std::string exchange(std::uint16_t port, std::string_view request) {
  RawClient client(port);
  client.send(request);
  return client.read_to_end();
}

}  // namespace sparkwarden::tests
