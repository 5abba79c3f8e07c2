// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_session.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes =
    1024;  // most heads fit; thousands of idle connections hold one each
constexpr milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytesMax = 64 * 1024;

std::string_view waiting_in(const HttpSession& session) {
  const auto data = session.buffer.data();
  return {static_cast<const char*>(data.data()), data.size()};
}

}  // namespace

HttpSession::HttpSession(tcp::socket socket, std::uint64_t number, std::size_t header_bytes)
    : stream(std::move(socket)), buffer(std::max<std::size_t>(header_bytes, 16)), id(number) {}

std::string address_of(const tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

asio::awaitable<Received> receive(SessionPtr session, milliseconds idle, milliseconds total) {
  auto& buffer = session->buffer;
  bool begun = buffer.size() > 0;  // pipelined
  session->stream.expires_after(begun ? total : idle);
  while (true) {
    while (waiting_in(*session).starts_with("\r\n")) buffer.consume(2);  // RFC 9112 2.2
    const HeadScan scan = scan_head(waiting_in(*session), buffer.max_size());
    if (scan.state != HeadState::incomplete) {
      Received received{.state = scan.state};
      received.head = waiting_in(*session).substr(0, scan.bytes);
      buffer.consume(scan.bytes);
      co_return received;
    }
    const auto space = buffer.prepare(std::min(buffer.max_size() - buffer.size(), kReadBytes));
    const auto [error, count] = co_await session->stream.async_read_some(space, kNoThrow);
    if (error) {
      Received received{.error = error};
      co_return received;
    }
    buffer.commit(count);
    if (!begun) session->stream.expires_after(total);  // counts from the first byte, not the last
    begun = true;
  }
}

asio::awaitable<error_code> send(SessionPtr session, std::string head, std::string body) {
  const std::array buffers{asio::buffer(std::as_const(head)), asio::buffer(std::as_const(body))};
  const auto written = co_await asio::async_write(session->stream, buffers, kNoThrow);
  co_return std::get<0>(written);
}

asio::awaitable<void> linger(SessionPtr session) {
  error_code ignored;
  session->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  session->stream.expires_after(kLingerTime);
  session->buffer.clear();
  for (std::size_t total = 0; total < kLingerBytesMax;) {
    const auto space = session->buffer.prepare(std::min(session->buffer.max_size(), kReadBytes));
    const auto [error, count] = co_await session->stream.async_read_some(space, kNoThrow);
    if (error) co_return;
    total += count;
  }
}

}  // namespace sparkwarden::io
