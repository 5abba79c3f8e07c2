// SPDX-License-Identifier: Apache-2.0
#include "agent/io/rpc_null.hpp"

#include <optional>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "agent/io/resolve.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr RpcCall kCall{.xid = 0x01020304};

// Big-endian words.
std::string words(std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>((value >> shift) & 0xFF);
  }
  return bytes;
}

TEST(RpcNull, RequestIsTheFortyFourBytesOfRfc5531) {
  EXPECT_EQ(null_request(kCall), words({0x80000028, 0x01020304, 0, 2, 100003, 3, 0, 0, 0, 0, 0}));
}

TEST(RpcNull, ThePortmapperIsAskedForATcpPort) {
  RpcCall call{.program = kPortmapperProgram, .version = 2, .xid = 7, .port_of = MappedProgram{}};

  EXPECT_EQ(null_request(call),
            words({0x80000038, 7, 0, 2, 100000, 2, 3, 0, 0, 0, 0, 100005, 3, 6, 0}));
  EXPECT_EQ(parse_null_reply(words({7, 1, 0, 0, 0, 0, 892}), call),
            (RpcReply{.answer = RpcAnswer::ok, .port = 892}));
  EXPECT_EQ(parse_null_reply(words({7, 1, 0, 0, 0, 0, 0}), call),
            (RpcReply{.answer = RpcAnswer::ok}));
  for (const std::string& bad : {words({7, 1, 0, 0, 0, 0}),
                                 words({7, 1, 0, 0, 0, 0, 65'536}),
                                 words({7, 1, 0, 0, 0, 0, 892, 1})}) {
    EXPECT_EQ(parse_null_reply(bad, call).answer, RpcAnswer::garbage);
  }
}

struct Reply {
  std::string name;
  std::string record;
  RpcReply expected;
};

class Replies : public testing::TestWithParam<Reply> {};

TEST_P(Replies, AreToldApart) {
  EXPECT_EQ(parse_null_reply(GetParam().record, kCall), GetParam().expected);
}

RpcReply garbage(std::string detail) {
  return {.answer = RpcAnswer::garbage, .detail = std::move(detail)};
}

constexpr std::uint32_t kXid = 0x01020304;

INSTANTIATE_TEST_SUITE_P(
    RpcNull,
    Replies,
    testing::Values(
        Reply{"success", words({kXid, 1, 0, 0, 0, 0}), {.answer = RpcAnswer::ok}},
        Reply{"success_with_verifier",
              words({kXid, 1, 0, 1, 5}) + std::string(8, 'v') + words({0}),
              {.answer = RpcAnswer::ok}},
        Reply{"mismatch",
              words({kXid, 1, 0, 0, 0, 2, 4, 4}),
              {.answer = RpcAnswer::version_mismatch, .low = 4, .high = 4}},
        Reply{
            "no_program", words({kXid, 1, 0, 0, 0, 1}), {.answer = RpcAnswer::program_unavailable}},
        Reply{"auth_error",
              words({kXid, 1, 1, 1, 5}),
              {.answer = RpcAnswer::denied, .detail = "MSG_DENIED: AUTH_ERROR 5"}},
        Reply{"rpc_mismatch",
              words({kXid, 1, 1, 0, 2, 2}),
              {.answer = RpcAnswer::denied, .detail = "MSG_DENIED: RPC_MISMATCH"}},
        Reply{"empty", "", garbage("a reply to another call")},
        Reply{"other_xid", words({7, 1, 0, 0, 0, 0}), garbage("a reply to another call")},
        Reply{"a_call", words({kXid, 0, 2, 100003, 3, 0}), garbage("not a reply")},
        Reply{"cut", words({kXid, 1, 0, 0}), garbage("a truncated reply")},
        Reply{"cut_mismatch", words({kXid, 1, 0, 0, 0, 2, 4}), garbage("a truncated reply")},
        Reply{"long_verifier",
              words({kXid, 1, 0, 1, 0xFFFFFFFF, 0}),
              garbage("a verifier of more than 400 bytes")},
        Reply{"verifier_beyond_the_end", words({kXid, 1, 0, 1, 400}), garbage("a truncated reply")},
        Reply{"bytes_left_over", words({kXid, 1, 0, 0, 0, 0, 9}), garbage("bytes after the reply")},
        Reply{"system_error", words({kXid, 1, 0, 0, 0, 5}), garbage("accept status 5")},
        Reply{"no_such_status", words({kXid, 1, 9}), garbage("reply status 9")}),
    [](const auto& test) { return test.param.name; });

// A server on a free port that reads one request and answers with `bytes`, or, without a value,
// never. Then it hangs up, or stays.
asio::awaitable<void> serve_once(tcp::acceptor& acceptor,
                                 std::optional<std::string> bytes,
                                 bool stay) {
  tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
  std::string request(44, '\0');
  co_await asio::async_read(client, asio::buffer(request), asio::use_awaitable);
  if (bytes) co_await asio::async_write(client, asio::buffer(*bytes), asio::use_awaitable);
  if (!stay) co_return;
  char more = 0;
  co_await client.async_read_some(asio::buffer(&more, 1), asio::use_awaitable);
}

constexpr milliseconds kAmple = std::chrono::minutes(1);  // for an answer that comes

RpcNullOutcome ask(std::optional<std::string> bytes, bool stay, milliseconds limit = kAmple) {
  asio::io_context io;
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(io, serve_once(acceptor, std::move(bytes), stay), asio::detached);
  std::optional<RpcNullOutcome> outcome;
  asio::co_spawn(io,
                 rpc_null(acceptor.local_endpoint(), kCall, limit),
                 [&](std::exception_ptr, RpcNullOutcome ended) {
                   outcome = std::move(ended);
                   acceptor.close();
                 });
  io.run();
  return outcome.value();
}

TEST(RpcNull, AnsweredCallIsOkAndTimed) {
  const RpcNullOutcome outcome = ask(words({0x80000018, kXid, 1, 0, 0, 0, 0}), true);

  EXPECT_EQ(outcome.reply, (RpcReply{.answer = RpcAnswer::ok}));
  ASSERT_TRUE(outcome.answered.has_value());
  EXPECT_GT(outcome.connect.count() + outcome.answered->count(), 0);
}

TEST(RpcNull, AServerThatHearsAndSaysNothingIsSilent) {
  const RpcNullOutcome outcome = ask(std::nullopt, true, milliseconds(200));

  EXPECT_EQ(outcome.reply.answer, RpcAnswer::silent);
  EXPECT_GE(outcome.answered.value(), milliseconds(200));
}

TEST(RpcNull, TheEndHoldsForConnectionAndReplyTogether) {
  asio::io_context io;
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});  // answers nobody
  std::optional<RpcNullOutcome> outcome;
  const Instant start = std::chrono::steady_clock::now();
  asio::co_spawn(
      io,
      rpc_null(
          acceptor.local_endpoint(), kCall, std::chrono::seconds(60), start + milliseconds(150)),
      [&](std::exception_ptr, RpcNullOutcome ended) { outcome = std::move(ended); });
  io.run();

  EXPECT_EQ(outcome.value().reply.answer, RpcAnswer::silent);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(RpcNull, AHalfReplyThatNeverEndsIsSilent) {
  const RpcNullOutcome outcome = ask(words({0x80000018, kXid}), true, milliseconds(200));

  EXPECT_EQ(outcome.reply.answer, RpcAnswer::silent);
}

TEST(RpcNull, AServerThatHangsUpHasClosed) {
  EXPECT_EQ(ask(std::nullopt, false).reply.answer, RpcAnswer::closed);
  EXPECT_EQ(ask(words({0x80000018, kXid}), false).reply.answer, RpcAnswer::closed);
}

TEST(RpcNull, AnotherProtocolIsGarbage) {
  const RpcNullOutcome outcome = ask("HTTP/1.1 400 Bad Request\r\n\r\n", true);

  EXPECT_EQ(outcome.reply.answer, RpcAnswer::garbage);
}

TEST(RpcNull, AHugeRecordIsGarbageAndNotRead) {
  EXPECT_EQ(ask(words({0xFFFFFFFF}), true).reply.answer, RpcAnswer::garbage);
}

TEST(RpcNull, AClosedPortIsRefused) {
  asio::io_context io;
  const tests::RefusingPort nobody;
  const tcp::endpoint closed(asio::ip::address_v4::loopback(), nobody.port());
  std::optional<RpcNullOutcome> outcome;

  asio::co_spawn(io,
                 rpc_null(closed, kCall, kAmple),
                 [&](std::exception_ptr, RpcNullOutcome ended) { outcome = std::move(ended); });
  io.run();

  EXPECT_EQ(outcome.value().reply.answer, RpcAnswer::refused);
  EXPECT_EQ(outcome->answered, std::nullopt);
}

Resolved resolve_here(const std::string& host) {
  asio::io_context io;
  std::optional<Resolved> resolved;
  asio::co_spawn(io, resolve(host, 2049, kAmple), [&](std::exception_ptr, Resolved ended) {
    resolved = std::move(ended);
  });
  io.run();
  return resolved.value();
}

TEST(Resolve, NumericAddressesStandForThemselves) {
  for (const std::string address : {"10.10.0.10", "fd00::1"}) {
    const Resolved resolved = resolve_here(address);

    ASSERT_EQ(resolved.endpoints.size(), 1U);
    EXPECT_EQ(resolved.endpoints[0], tcp::endpoint(asio::ip::make_address(address), 2049));
  }
}

TEST(Resolve, LocalhostHasAnAddress) {
  const Resolved resolved = resolve_here("localhost");

  ASSERT_FALSE(resolved.endpoints.empty()) << resolved.detail;
  EXPECT_TRUE(resolved.endpoints[0].address().is_loopback());
}

TEST(Resolve, ANameThatCannotExistHasNoneAndAReason) {
  const Resolved resolved = resolve_here("no-such-host.invalid");

  EXPECT_TRUE(resolved.endpoints.empty());
  EXPECT_NE(resolved.detail, "");
}

}  // namespace
}  // namespace sparkwarden::io
