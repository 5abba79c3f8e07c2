// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_client.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/test_server.hpp"

namespace sparkwarden::io {
namespace {

using tests::OneReplyServer;

HttpGet request_to(std::uint16_t port) {
  return {.url = {.host = "127.0.0.1", .port = port, .target = "/x?y"}};
}

Result<HttpReply> run(HttpGet request) {
  boost::asio::io_context loop(1);
  Result<HttpReply> reply = fail({.code = "not run", .subject = "", .detail = ""});
  boost::asio::co_spawn(
      loop, http_get(std::move(request)), [&](std::exception_ptr error, Result<HttpReply> result) {
        if (error) std::rethrow_exception(error);
        reply = std::move(result);
      });
  loop.run();
  return reply;
}

std::string code_of(const Result<HttpReply>& reply) {
  return reply ? "status " + std::to_string(reply->status) : reply.error().code;
}

TEST(HttpClient, ReturnsStatusHeadersAndBody) {
  OneReplyServer server(
      "HTTP/1.1 503 Service Unavailable\r\nSparkwarden-Gate: holding\r\nContent-Length: "
      "3\r\n\r\nno\n");

  const auto reply = run(request_to(server.port()));

  ASSERT_TRUE(reply.has_value()) << reply.error().detail;
  EXPECT_EQ(reply->status, 503U);
  EXPECT_EQ(reply->body, "no\n");
  EXPECT_EQ(reply->header("sparkwarden-gate"), "holding");
  EXPECT_EQ(reply->header("absent"), std::nullopt);
}

TEST(HttpClient, SendsOnePlainRequest) {
  OneReplyServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpGet request = request_to(server.port());
  request.headers = {{"If-None-Match", "\"a\""}};

  ASSERT_TRUE(run(request).has_value());

  EXPECT_EQ(
      server.request(),
      "GET /x?y HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
          "\r\nUser-Agent: sparkwarden/" SPARKWARDEN_VERSION
          "\r\nAccept-Encoding: identity\r\nConnection: close\r\nIf-None-Match: \"a\"\r\n\r\n");
}

struct ReplyCase {
  std::string name;
  std::string reply;
  OneReplyServer::Then then;
  std::string outcome;
};

class Outcome : public testing::TestWithParam<ReplyCase> {};

TEST_P(Outcome, IsToldByItsCode) {
  OneReplyServer server(GetParam().reply, GetParam().then);
  HttpGet request = request_to(server.port());
  request.deadline = milliseconds{GetParam().outcome == "http.timeout" ? 100 : 60'000};
  request.header_bytes_max = 1024;
  request.body_bytes_max = 10;

  const auto reply = run(request);

  EXPECT_EQ(code_of(reply), GetParam().outcome);
  if (!reply) {
    EXPECT_EQ(reply.error().subject, "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_FALSE(reply.error().detail.empty());
  }
}

constexpr auto kClose = OneReplyServer::Then::close;
constexpr auto kStay = OneReplyServer::Then::stay_open;

INSTANTIATE_TEST_SUITE_P(
    Http,
    Outcome,
    testing::Values(
        ReplyCase{"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", kStay, "status 200"},
        ReplyCase{"until_end", "HTTP/1.0 200 OK\r\n\r\nok", kClose, "status 200"},
        ReplyCase{"chunked",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                  kStay,
                  "status 200"},
        ReplyCase{"redirect_is_not_followed",
                  "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
                  kStay,
                  "status 302"},
        ReplyCase{"nothing", "", kClose, "http.closed"},
        ReplyCase{"half_a_head", "HTTP/1.1 200 OK\r\nConte", kClose, "http.cut"},
        ReplyCase{
            "half_a_body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", kClose, "http.cut"},
        ReplyCase{"half_a_chunk",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
                  kClose,
                  "http.cut"},
        ReplyCase{"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", kStay, "http.malformed"},
        ReplyCase{"bad_chunk",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                  kStay,
                  "http.malformed"},
        ReplyCase{"two_lengths",
                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                  kStay,
                  "http.malformed"},
        ReplyCase{"long_body",
                  "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
                  kStay,
                  "http.too-large"},
        ReplyCase{"long_chunks",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
                  kStay,
                  "http.too-large"},
        ReplyCase{"endless_body",
                  "HTTP/1.0 200 OK\r\n\r\n" + std::string(100'000, 'x'),
                  kStay,
                  "http.too-large"},
        ReplyCase{"long_head",
                  "HTTP/1.1 200 OK\r\nX: " + std::string(5'000, 'x') + "\r\n\r\n",
                  kStay,
                  "http.too-large"},
        ReplyCase{"silence", "", kStay, "http.timeout"},
        ReplyCase{"stops_in_the_head", "HTTP/1.1 200 OK\r\n", kStay, "http.timeout"},
        ReplyCase{"stops_in_the_body",
                  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
                  kStay,
                  "http.timeout"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpClient, TellsThatNobodyListens) {
  const tests::RefusingPort nobody;

  const auto reply = run(request_to(nobody.port()));

  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, "http.refused");
}

TEST(HttpClient, FindsLocalhostWithoutALookUp) {
  OneReplyServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpGet request = request_to(server.port());
  request.url.host = "localhost";

  EXPECT_EQ(code_of(run(request)), "status 200");
}

TEST(HttpClient, TriesEveryAddressOfLocalhost) {
  const tests::RefusingPort nobody;
  HttpGet request = request_to(nobody.port());
  request.url.host = "localhost";

  const auto reply = run(request);

  ASSERT_FALSE(reply.has_value());
  EXPECT_TRUE(reply.error().code == "http.refused" || reply.error().code == "http.unreachable")
      << reply.error().code;
}

TEST(HttpClient, TellsThatANameHasNoAddress) {
  HttpGet request = request_to(80);
  request.url.host = "no..such..name";  // not even a question for a name server

  const auto reply = run(request);

  EXPECT_EQ(code_of(reply), "http.resolve");
}

}  // namespace
}  // namespace sparkwarden::io
