// SPDX-License-Identifier: Apache-2.0
#include "agent/io/rpc_null.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/endian/conversion.hpp>
#include <boost/system/system_error.hpp>

#include "agent/io/deadline.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTupled = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kLastFragment = 0x80000000;
constexpr std::size_t kRecordMax = 512;  // a NULL reply is 24 bytes, with the longest verifier 424

// Takes big-endian words off the front; `short_` once there were none left.
class Words {
 public:
  explicit Words(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t next() {
    if (bytes_.size() < 4) {
      good_ = false;
      return 0;
    }
    std::array<unsigned char, 4> word{};
    bytes_.copy(reinterpret_cast<char*>(word.data()), word.size());
    bytes_.remove_prefix(4);
    return boost::endian::load_big_u32(word.data());
  }
  void skip(std::size_t count) {
    good_ = good_ && count <= bytes_.size();
    bytes_.remove_prefix(std::min(count, bytes_.size()));
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return good_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

RpcReply garbage(std::string detail) {
  return RpcReply{.answer = RpcAnswer::garbage, .detail = std::move(detail)};
}

RpcReply parse_denied(Words words) {
  const bool version = words.next() == 0;
  const std::uint32_t why = words.next();
  if (!words.good()) return garbage("a truncated reply");
  return RpcReply{.answer = RpcAnswer::denied,
                  .detail = version ? "MSG_DENIED: RPC_MISMATCH"
                                    : "MSG_DENIED: AUTH_ERROR " + std::to_string(why)};
}

RpcReply parse_result(Words words, const RpcCall& call) {
  RpcReply reply{.answer = RpcAnswer::ok};
  if (call.port_of) reply.port = words.next();
  if (!words.good()) return garbage("a truncated reply");
  if (!words.at_end()) return garbage("bytes after the reply");
  return reply.port > 65'535 ? garbage("port " + std::to_string(reply.port)) : reply;
}

RpcReply parse_accepted(Words words, const RpcCall& call) {
  static_cast<void>(words.next());  // verifier flavour
  const std::uint32_t verifier_bytes = words.next();
  if (verifier_bytes > 400) return garbage("a verifier of more than 400 bytes");
  words.skip((verifier_bytes + 3) / 4 * 4);
  const std::uint32_t status = words.next();
  if (!words.good()) return garbage("a truncated reply");
  if (status == 0) return parse_result(words, call);
  if (status == 1) return RpcReply{.answer = RpcAnswer::program_unavailable};
  if (status != 2) return garbage("accept status " + std::to_string(status));
  RpcReply mismatch{.answer = RpcAnswer::version_mismatch};
  mismatch.low = words.next();
  mismatch.high = words.next();
  return words.at_end() ? mismatch : garbage("a truncated reply");
}

RpcAnswer connect_answer(const error_code& error) {
  if (error == asio::error::connection_refused) return RpcAnswer::refused;
  if (error == asio::error::timed_out) return RpcAnswer::connect_timeout;
  if (error == asio::error::connection_reset) return RpcAnswer::closed;
  return RpcAnswer::unreachable;
}

awaitable<error_code> connect(tcp::socket& socket, tcp::endpoint server) {
  const auto [error] = co_await socket.async_connect(server, kTupled);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  co_return error;
}

awaitable<RpcReply> ask(tcp::socket& socket, RpcCall call) {
  const std::string request = null_request(call);
  const auto [sending, sent] = co_await asio::async_write(socket, asio::buffer(request), kTupled);
  std::string mark(4, '\0');
  const auto [reading, got] = co_await asio::async_read(socket, asio::buffer(mark), kTupled);
  for (const error_code& error : {sending, reading}) {
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_return RpcReply{.answer = RpcAnswer::closed, .detail = error.message()};
  }
  const std::uint32_t length = Words(mark).next() & ~kLastFragment;
  if ((Words(mark).next() & kLastFragment) == 0 || length > kRecordMax) {
    co_return garbage("no RPC record: the first bytes announce " + std::to_string(length) +
                      " bytes");
  }
  std::string record(length, '\0');
  const auto [failed, read] = co_await asio::async_read(socket, asio::buffer(record), kTupled);
  if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
  if (failed) co_return RpcReply{.answer = RpcAnswer::closed, .detail = "in the middle of a reply"};
  co_return parse_null_reply(record, call);
}

microseconds since(Instant start) {
  return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

std::string null_request(const RpcCall& call) {
  constexpr std::uint32_t kGetPort = 3;
  constexpr std::uint32_t kTcp = 6;
  // xid, CALL, RPC version 2, program, version, procedure, empty credential and verifier
  std::vector<std::uint32_t> words{
      0, call.xid, 0, 2, call.program, call.version, call.port_of ? kGetPort : 0, 0, 0, 0, 0};
  if (call.port_of) {
    words.insert(words.end(), {call.port_of->program, call.port_of->version, kTcp, 0});
  }
  words[0] = kLastFragment | static_cast<std::uint32_t>((words.size() - 1) * 4);
  std::string bytes(words.size() * 4, '\0');
  for (std::size_t i = 0; i < words.size(); ++i) {
    boost::endian::store_big_u32(reinterpret_cast<unsigned char*>(bytes.data() + i * 4), words[i]);
  }
  return bytes;
}

RpcReply parse_null_reply(std::string_view record, const RpcCall& call) {
  Words words(record);
  if (words.next() != call.xid) return garbage("a reply to another call");
  if (words.next() != 1) return garbage("not a reply");
  const std::uint32_t status = words.next();
  if (!words.good()) return garbage("a truncated reply");
  if (status == 0) return parse_accepted(words, call);
  if (status == 1) return parse_denied(words);
  return garbage("reply status " + std::to_string(status));
}

asio::awaitable<RpcNullOutcome> rpc_null(tcp::endpoint server,
                                         RpcCall call,
                                         milliseconds limit,
                                         Instant end) {
  RpcNullOutcome outcome;
  tcp::socket socket(co_await asio::this_coro::executor);
  const Instant start = std::chrono::steady_clock::now();
  const std::optional<error_code> connected =
      co_await with_deadline(connect(socket, server), limit);
  outcome.connect = since(start);
  if (!connected || *connected) {
    outcome.reply.answer = connected ? connect_answer(*connected) : RpcAnswer::connect_timeout;
    if (connected) outcome.reply.detail = connected->message();
    co_return outcome;
  }
  const Instant asked = std::chrono::steady_clock::now();
  const auto left = std::chrono::duration_cast<milliseconds>(end - asked);
  std::optional<RpcReply> reply =
      co_await with_deadline(ask(socket, call), std::clamp(left, milliseconds(0), limit));
  outcome.answered = since(asked);
  outcome.reply = reply ? std::move(*reply) : RpcReply{.answer = RpcAnswer::silent};
  co_return outcome;
}

}  // namespace sparkwarden::io
