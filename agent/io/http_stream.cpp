// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_stream.hpp"

#include <algorithm>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 4096;  // most heads fit

error_code timed_out() {
  return make_error_code(boost::system::errc::timed_out);
}

void drop_sent(HttpStream::Pieces& pieces, std::size_t sent) {
  for (std::string_view& piece : pieces) {
    const std::size_t part = std::min(sent, piece.size());
    piece.remove_prefix(part);
    sent -= part;
  }
}

bool all_sent(const HttpStream::Pieces& pieces) {
  return std::ranges::all_of(pieces, [](std::string_view piece) { return piece.empty(); });
}

std::array<asio::const_buffer, HttpStream::kPieces> buffers_of(const HttpStream::Pieces& pieces) {
  std::array<asio::const_buffer, HttpStream::kPieces> buffers;
  std::ranges::transform(pieces, buffers.begin(), [](std::string_view piece) {
    return asio::buffer(piece.data(), piece.size());
  });
  return buffers;
}

}  // namespace

HttpStream::HttpStream(tcp::socket socket) : socket_(std::move(socket)) {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

std::string HttpStream::address() const {
  error_code error;
  const asio::ip::address address = socket_.remote_endpoint(error).address();
  if (error) return {};
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

asio::awaitable<error_code> HttpStream::read_into(std::string* input, std::size_t bytes_max) {
  while (true) {
    error_code error;
    if (!std::exchange(fresh_, false)) {
      error = co_await ready(tcp::socket::wait_read);
      if (error) co_return error;
    }
    error = read_now(*input, bytes_max);
    if (error != asio::error::would_block) co_return error;
  }
}

/// A function of its own, so that the buffer is on its stack: GCC keeps every local of a coroutine
/// in its frame, and thousands of idle connections would hold one each.
error_code HttpStream::read_now(std::string& input, std::size_t bytes_max) {
  error_code error;
  std::array<char, kReadBytes> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const std::size_t count =
      socket_.read_some(asio::buffer(chunk, std::min(bytes_max, chunk.size())), error);
  if (!error) input.append(chunk.data(), count);
  return error;
}

asio::awaitable<error_code> HttpStream::write(Pieces pieces) {
  while (!given_up_) {
    error_code error;
    const std::size_t sent = socket_.write_some(buffers_of(pieces), error);
    drop_sent(pieces, sent);
    if (all_sent(pieces)) co_return error_code();
    if (error && error != asio::error::would_block) co_return error;
    error = co_await ready(tcp::socket::wait_write);
    if (error) co_return error;
  }
  co_return timed_out();
}

asio::awaitable<error_code> HttpStream::ready(tcp::socket::wait_type what) {
  if (given_up_) co_return timed_out();
  const auto [error] = co_await socket_.async_wait(what, kNoThrow);
  co_return given_up_ ? timed_out() : error;
}

void HttpStream::end_of_writing() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void HttpStream::close() {
  error_code ignored;
  socket_.close(ignored);
}

bool HttpStream::has_input() {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void HttpStream::expires_after(milliseconds limit) {
  deadline_ = Instant::clock::now() + limit;
  given_up_ = false;
}

void HttpStream::give_up() {
  given_up_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace sparkwarden::io
