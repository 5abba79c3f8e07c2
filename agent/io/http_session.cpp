// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_session.hpp"

#include <algorithm>
#include <utility>

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytesMax = 64 * 1024;

/// An idle connection keeps no memory for input.
std::string take_front(std::string& input, std::size_t bytes) {
  if (bytes == input.size()) return std::exchange(input, {});
  std::string front = input.substr(0, bytes);
  input.erase(0, bytes);
  return front;
}

/// How many bytes more it may have. Whatever a head can take beyond its free part is taken from the
/// pool at once: what is granted may be read much later, by all at the same time.
std::size_t room_in(HttpSession& session, std::size_t head_max) {
  const std::size_t most = std::min(head_max, kHeadFree + session.of_pool);
  if (session.input.size() < most) return most - session.input.size();
  const std::size_t more = head_max - most;
  if (session.pool->left < more) return 0;
  session.pool->left -= more;
  session.of_pool += more;
  return head_max - session.input.size();
}

void give_back(HttpSession& session) {
  if (session.input.size() <= kHeadFree) session.pool->left += std::exchange(session.of_pool, 0);
}

void skip_empty_lines(std::string& input) {  // RFC 9112 2.2
  std::size_t empty = 0;
  while (input.compare(empty, 2, "\r\n") == 0) empty += 2;
  if (empty > 0) input.erase(0, empty);
}

}  // namespace

asio::awaitable<Received> receive(SessionPtr session, ReceiveLimits limits) {
  std::string& input = session->input;
  skip_empty_lines(input);
  bool begun = !input.empty();  // pipelined
  session->stream.expires_after(begun ? limits.total : limits.idle);
  while (true) {
    skip_empty_lines(input);
    const HeadScan scan = scan_head(input, limits.header_bytes);
    if (scan.state != HeadState::incomplete) {
      Received received{.state = scan.state, .begun = true};
      received.head = take_front(input, scan.bytes);
      give_back(*session);
      co_return received;
    }
    const std::size_t room = room_in(*session, limits.header_bytes);
    if (room == 0) {
      Received received{.state = HeadState::too_long, .begun = true};
      co_return received;
    }
    const error_code error = co_await session->stream.read_into(&input, room);
    if (error) {
      Received received{.error = error, .begun = begun};
      co_return received;
    }
    // Counts from the first byte, not the last.
    if (!begun) session->stream.expires_after(limits.total);
    begun = true;
  }
}

asio::awaitable<void> linger(SessionPtr session) {
  session->stream.end_of_writing();
  session->stream.expires_after(kLingerTime);
  for (std::size_t total = 0; total < kLingerBytesMax;) {
    session->input.clear();
    const error_code error = co_await session->stream.read_into(&session->input, kLingerBytesMax);
    if (error) co_return;
    total += session->input.size();
  }
}

}  // namespace sparkwarden::io
