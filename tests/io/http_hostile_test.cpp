// SPDX-License-Identifier: Apache-2.0
// The server under clients that mean harm or do not know better: each is answered or cut off within
// its bounds, and nobody else notices.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/io/http_server.hpp"
#include "tests/io/http_request_properties.hpp"
#include "tests/support/test_client.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::io {
namespace {

using namespace std::string_literals;
using tests::exchange;
using tests::RawClient;
using tests::ServerThread;

const std::string kHost = "Host: a\r\n";
const std::string kLastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + headers + "\r\n";
}

/// `status` 0: closed without an answer.
struct Hostile {
  std::string name;
  std::string bytes;
  unsigned status = 400;
};

const std::vector<Hostile>& corpus() {
  static const std::vector<Hostile> all{
      // Not HTTP
      {"nothing", "", 0},
      {"tls_client_hello", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n"s, 400},
      {"ssh", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400},
      {"http_2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"http_0_9", "GET /\r\n\r\n", 400},
      {"jmx_or_rmi", "JRMI\x00\x02K\r\n\r\n"s, 400},
      {"zeros", std::string(3'000, '\0'), 414},
      {"line_feeds", repeated("\n", 100), 400},
      {"carriage_returns", repeated("\r", 3'000), 414},
      // The request line
      {"no_target", "GET HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"blank_target", "GET   HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"version_1_2", "GET / HTTP/1.2\r\n" + kHost + "\r\n", 505},
      {"version_in_letters", "GET / HTTP/x.y\r\n" + kHost + "\r\n", 505},
      {"leading_blank", " GET / HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"two_lines_in_one", "GET / HTTP/1.1 GET / HTTP/1.1\r\n" + kHost + "\r\n", 505},
      {"tab", "GET\t/ HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"trace", "TRACE / HTTP/1.1\r\n" + kHost + "\r\n", 405},
      {"connect", "CONNECT a:443 HTTP/1.1\r\n" + kHost + "\r\n", 405},
      {"endless_method", std::string(5'000, 'A'), 414},
      // Targets
      {"parent_directories", get("/../../etc/passwd"), 404},
      {"encoded_parents", get("/%2e%2e/%2e%2e/etc/passwd"), 404},
      {"encoded_zero", get("/livez%00"), 400},
      {"encoded_line_end", get("/%0d%0aX:%20y"), 400},
      {"half_an_escape", get("/%4"), 400},
      {"overlong_utf8", get("/%c0%af"), 400},
      {"fragment", get("/#x"), 400},
      {"other_scheme", get("ftp://a/"), 400},
      {"with_a_password", get("http://u:p@a/"), 200},
      {"asterisk", get("*"), 400},
      {"many_parameters", get("/?" + repeated("a=b&", kQueryPairsMax + 1)), 400},
      {"long_target", get("/" + std::string(5'000, 'a')), 414},
      // Headers
      {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"three_hosts", "GET / HTTP/1.1\r\n" + kHost + kHost + kHost + "\r\n", 400},
      {"no_name", get("/", ": value\r\n"), 400},
      {"no_colon", get("/", "Connection close\r\n"), 400},
      {"blank_before_colon", get("/", "Connection : close\r\n"), 400},
      {"folded", get("/", "X: a\r\n b\r\n"), 200},  // as one blank: RFC 9112 5.2
      {"zero_in_value", get("/", "X: a\0b\r\n"s), 400},
      {"return_in_value", get("/", "X: a\rb\r\n"), 400},
      {"escape_sequence", get("/", "X: \x1b[2J\r\n"), 400},
      {"many_headers", get("/", repeated("a:\r\n", 1'000)), 431},
      {"one_long_header", get("/", "X: " + std::string(5'000, 'x') + "\r\n"), 431},
      // Bodies and smuggling
      {"length_and_chunked",
       get("/", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + kLastGet,
       400},
      {"two_lengths", get("/", "Content-Length: 0\r\nContent-Length: 5\r\n") + "hello", 400},
      {"length_list", get("/", "Content-Length: 0, 5\r\n") + "hello", 400},
      {"signed_length", get("/", "Content-Length: +5\r\n") + "hello", 400},
      {"hexadecimal_length", get("/", "Content-Length: 0x5\r\n") + "hello", 400},
      {"huge_length", get("/", "Content-Length: 99999999999999999999999\r\n"), 400},
      {"two_gibibytes",
       get("/", "Content-Length: 2147483648\r\n") + std::string(100'000, 'x'),
       413},
      {"chunked_twice", get("/", "Transfer-Encoding: chunked, chunked\r\n") + "0\r\n\r\n", 413},
      {"hidden_chunked", get("/", "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n", 413},
      {"expects_to_continue", get("/", "Expect: 100-continue\r\nContent-Length: 5\r\n"), 413},
      {"wants_another_protocol",
       get("/", "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"),
       200},
      // Truncated
      {"half_a_method", "GE", 0},
      {"half_a_line", "GET / HTTP/1.", 0},
      {"half_a_header", "GET / HTTP/1.1\r\nHost: a\r\nX:", 0},
      {"all_but_the_end", "GET / HTTP/1.1\r\nHost: a\r\n\r", 0},
  };
  return all;
}

Answer handler(const Request& request) {
  if (request.path == "/") return {.body = "hello\n"};
  return {.status = 404, .body = "404 page not found\n"};
}

HttpLimits limits() {
  return {.header_bytes = 2'048, .idle = milliseconds{60'000}};
}

/// Sends, ends its own side, and reads to the end.
std::string say(std::uint16_t port, const std::string& bytes) {
  RawClient client(port);
  try {
    client.send(bytes);
    client.socket().shutdown(boost::asio::socket_base::shutdown_send);
  } catch (const boost::system::system_error&) {
    return client.read_to_end();  // cut off while it was still talking
  }
  return client.read_to_end();
}

unsigned status_of(const std::string& reply) {
  return reply.starts_with("HTTP/1.1 ") ? static_cast<unsigned>(std::stoul(reply.substr(9, 3)))
                                        : 0U;
}

TEST(HttpHostile, EachIsAnsweredOrCutOffAndNobodyElseNotices) {
  ServerThread server(limits(), handler);

  for (const Hostile& one : corpus()) {
    const std::string reply = say(server.port(), one.bytes);

    EXPECT_EQ(status_of(reply), one.status) << one.name << ": " << reply;
    EXPECT_EQ(exchange(server.port(), kLastGet).substr(9, 3), "200") << "after " << one.name;
  }

  EXPECT_EQ(server.counters().failures, 0U);
}

TEST(HttpHostile, AnswersOnceToWhateverFollowsARefusal) {
  ServerThread server(limits(), handler);

  for (const Hostile& one : corpus()) {
    if (one.status < 400 || one.status == 404) continue;
    const std::string reply = say(server.port(), one.bytes + repeated(kLastGet, 3));

    EXPECT_EQ(reply.find("HTTP/1.1 200"), std::string::npos) << one.name << ": " << reply;
  }
}

TEST(HttpHostile, HoldItsPropertiesCutAtEveryByte) {
  for (const Hostile& one : corpus()) {
    const std::size_t step = one.bytes.size() > 500 ? 97 : 1;
    for (std::size_t length = 0; length <= one.bytes.size(); length += step) {
      ASSERT_EQ(tests::broken_property(one.bytes.substr(0, length), 2'048), "")
          << one.name << " cut at " << length;
    }
  }
}

/// One to four changes: a byte overwritten, a piece removed, doubled, or taken from another.
std::string mutated(std::mt19937& random, std::string text) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = below(text.size() + 1);
    switch (below(4)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, below(8));
        break;
      case 2:
        text.insert(at, text.substr(at, below(16)));
        break;
      default:
        const std::string& other = corpus()[below(corpus().size())].bytes;
        text.insert(at, other.substr(below(other.size() + 1), below(40)));
    }
  }
  return text;
}

TEST(HttpHostile, HoldItsPropertiesInTwentyThousandMutations) {
  const unsigned seed = 20'260'131;
  std::mt19937 random(seed);

  for (int i = 0; i < 20'000; ++i) {
    std::string input = i % 3 == 0 ? get("/metrics?a=b", "Accept-Encoding: gzip;q=0.5\r\n")
                                   : corpus()[static_cast<std::size_t>(i) % corpus().size()].bytes;
    input = mutated(random, std::move(input));
    ASSERT_EQ(tests::broken_property(input, 2'048), "")
        << "seed " << seed << ", number " << i << ": " << testing::PrintToString(input);
  }
}

TEST(HttpHostile, OverTheWireInFiveHundredMutations) {
  const unsigned seed = 20'260'201;
  std::mt19937 random(seed);
  ServerThread server(limits(), handler);

  for (int i = 0; i < 500; ++i) {
    const std::string bytes =
        mutated(random, corpus()[static_cast<std::size_t>(i) % corpus().size()].bytes);
    (void)say(server.port(), bytes);  // throws if the connection does not end
  }

  EXPECT_EQ(exchange(server.port(), kLastGet).substr(9, 3), "200");
  EXPECT_EQ(server.counters().failures, 0U);
}

TEST(HttpHostile, AThousandPipelinedRequestsTakeTurnsWithOthers) {
  ServerThread server({}, handler);
  RawClient greedy(server.port());
  greedy.send(repeated(get("/"), 1'000));

  EXPECT_EQ(exchange(server.port(), kLastGet).substr(9, 3), "200");
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(status_of(greedy.read_reply()), 200U) << i;
}

TEST(HttpHostile, HalfARequestIsToldThatItTookTooLong) {
  ServerThread server({.idle = milliseconds{60'000}, .total = milliseconds{100}}, handler);
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost:");

  const std::string reply = client.read_to_end();

  EXPECT_EQ(status_of(reply), 408U) << reply;
  EXPECT_NE(reply.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(server.counters().own_answers, (std::map<unsigned, std::uint64_t>{{408, 1}}));
}

TEST(HttpHostile, GzipIsForThoseWhoAskAndTheRestIsAsItWas) {
  const auto shared = std::make_shared<SharedText>(repeated("a line of metrics 1\n", 500));
  ServerThread server({}, [&](const Request&) { return Answer{.shared = shared}; });

  const std::string packed =
      exchange(server.port(), get("/", "Accept-Encoding: gzip\r\nConnection: close\r\n"));
  const std::string plain = exchange(server.port(), kLastGet);
  const std::string head =
      exchange(server.port(),
               "HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");

  EXPECT_NE(packed.find("\r\nContent-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_NE(packed.find("\r\nVary: Accept-Encoding\r\n"), std::string::npos);
  EXPECT_LT(packed.size(), 1'000U);
  EXPECT_EQ(plain.find("Content-Encoding"), std::string::npos);
  EXPECT_NE(plain.find("\r\nVary: Accept-Encoding\r\n"), std::string::npos);
  EXPECT_TRUE(plain.ends_with(shared->text));
  EXPECT_NE(head.find("\r\nContent-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << "no body";
}

TEST(HttpDrain, AnswersWhoeverHadAskedBeforeItWasClosed) {
  ServerThread server({}, handler);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(get("/"));
  }

  server.close(milliseconds{60'000});

  for (const auto& client : clients) {
    const std::string reply = client->read_to_end();
    EXPECT_EQ(status_of(reply), 200U) << reply;
    EXPECT_TRUE(reply.ends_with("hello\n"));
  }
}

TEST(HttpDrain, DoesNotWaitForThoseWhoAskNothing) {
  ServerThread server({}, handler);
  RawClient idle(server.port());
  idle.send(get("/"));
  ASSERT_EQ(status_of(idle.read_reply()), 200U);

  server.close(milliseconds{600'000});

  EXPECT_EQ(idle.read_to_end(), "");
}

}  // namespace
}  // namespace sparkwarden::io
