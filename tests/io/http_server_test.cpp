// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_server.hpp"

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agent/io/http_session.hpp"
#include "tests/support/test_client.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::io {
namespace {

using tests::exchange;
using tests::RawClient;
using tests::ServerThread;

constexpr std::size_t kBigBytes = 32 * 1024 * 1024;  // more than both socket buffers hold
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kLastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

Answer handler(const Request& request) {
  if (request.path == "/") return {.body = "hello\n"};
  if (request.path == "/big") return {.body = std::string(kBigBytes, 'x')};
  if (request.path == "/throw") throw std::runtime_error("broken renderer");
  return {.status = 404, .body = "no " + request.path + "\n"};
}

HttpLimits small_limits() {
  return {.connections = 4, .connections_per_address = 4, .header_bytes = 1024};
}

std::string body_of(const std::string& reply) {
  const std::size_t end = reply.find("\r\n\r\n");
  return end == std::string::npos ? "no head" : reply.substr(end + 4);
}

std::string status_line_of(const std::string& reply) {
  return reply.substr(0, reply.find("\r\n"));
}

std::string without_date(std::string head) {
  const std::size_t begin = head.find("Date: ");
  if (begin != std::string::npos) head.erase(begin, head.find("\r\n", begin) + 2 - begin);
  return head;
}

/// Whether the server ends the connection within `limit`; input is thrown away.
bool ends_within(RawClient& client, milliseconds limit) {
  pollfd waiting{.fd = client.socket().native_handle(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, static_cast<int>(limit.count())) == 1;
}

/// Whether `condition` comes true: a counter follows the bytes that a client sees by a turn of the
/// server's loop.
template <typename Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(HttpServer, ServesSeveralRequestsOnOneConnection) {
  ServerThread server({}, handler);
  RawClient client(server.port());

  client.send(kGet);
  const std::string first = client.read_reply();
  client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string second = client.read_reply();

  EXPECT_EQ(status_line_of(first), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(first), "hello\n");
  EXPECT_NE(first.find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(status_line_of(second), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(body_of(second), "no /nowhere\n");
  EXPECT_EQ(server.counters().accepted, 1U);
  EXPECT_EQ(server.counters().requests, 2U);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  ServerThread server({}, handler);
  RawClient client(server.port());

  client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n\r\n" +
              kLastGet);
  const std::string first = client.read_reply();
  const std::string second = client.read_reply(false);
  const std::string third = client.read_to_end();

  EXPECT_EQ(body_of(first), "no /1\n");
  EXPECT_EQ(status_line_of(second), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(body_of(third), "hello\n");
}

TEST(HttpServer, AnswersHeadWithTheHeadersOfGetAlone) {
  ServerThread server({}, handler);

  const std::string get = exchange(server.port(), kLastGet);
  const std::string head =
      exchange(server.port(), "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

  EXPECT_EQ(without_date(head), without_date(get.substr(0, get.size() - body_of(get).size())));
  EXPECT_EQ(body_of(head), "");
}

TEST(HttpServer, TakesARequestByteByByte) {
  ServerThread server({}, handler);
  RawClient client(server.port());
  client.socket().set_option(boost::asio::ip::tcp::no_delay(true));

  for (const char c : kLastGet) client.send({&c, 1});

  EXPECT_EQ(body_of(client.read_to_end()), "hello\n");
}

struct HostileCase {
  std::string name;
  std::string input;
  std::string status_line;
};

class Refuses : public testing::TestWithParam<HostileCase> {};

TEST_P(Refuses, InPlainTextAndCloses) {
  ServerThread server(small_limits(), handler);

  const std::string reply = exchange(server.port(), GetParam().input);

  EXPECT_EQ(status_line_of(reply), GetParam().status_line);
  EXPECT_NE(reply.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(reply.find("\r\nX-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_EQ(reply.find("<reset>"), std::string::npos);
  EXPECT_EQ(body_of(reply), body_of(reply).substr(0, body_of(reply).find('\n') + 1))
      << "two answers";
  EXPECT_EQ(server.counters().requests, 0U);
  EXPECT_EQ(server.counters().own_answers.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    Refuses,
    testing::Values(
        HostileCase{"huge_header",
                    "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
                    "HTTP/1.1 431 Request Header Fields Too Large"},
        HostileCase{"huge_request_line",
                    "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    "HTTP/1.1 414 URI Too Long"},
        HostileCase{"body_after_head",
                    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + kGet,
                    "HTTP/1.1 413 Content Too Large"},
        HostileCase{"post",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                    "HTTP/1.1 405 Method Not Allowed"},
        HostileCase{
            "smuggling",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
            "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
            "HTTP/1.1 400 Bad Request"},
        HostileCase{"bare_line_feeds", "GET / HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request"},
        HostileCase{"no_host", "GET / HTTP/1.1\r\n\r\n" + kGet, "HTTP/1.1 400 Bad Request"},
        HostileCase{"tls_hello", "\x16\x03\x01\x02\n\x01\x01", "HTTP/1.1 400 Bad Request"},
        HostileCase{"http_2",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "HTTP/1.1 505 HTTP Version Not Supported"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpServer, RefusesAHeadWithoutABodyToo) {
  ServerThread server(small_limits(), handler);
  const std::string long_line(20'000, 'x');

  for (const std::string& rest : {std::string(" / HTTP/1.1\r\n\r\n"),
                                  std::string(" /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
                                  " /" + long_line + " HTTP/1.1\r\nHost: a\r\n\r\n",
                                  " / HTTP/1.1\r\nHost: a\r\nX: " + long_line + "\r\n\r\n"}) {
    const std::string head = exchange(server.port(), "HEAD" + rest);
    const std::string get = exchange(server.port(), "GET" + rest);
    EXPECT_EQ(without_date(head), without_date(get.substr(0, get.size() - body_of(get).size())));
    EXPECT_NE(body_of(get), "");
  }
}

TEST(HttpServer, NamesTheMethodsItAllows) {
  ServerThread server({}, handler);

  const std::string reply = exchange(server.port(), "PUT / HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_NE(reply.find("\r\nAllow: GET, HEAD\r\n"), std::string::npos);
}

TEST(HttpServer, SaysNothingToAClientThatLeavesInTheMiddle) {
  ServerThread server({}, handler);
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHo");
  client.socket().shutdown(boost::asio::socket_base::shutdown_send);

  EXPECT_EQ(client.read_to_end(), "");
}

TEST(HttpServer, ClosesAConnectionThatStaysIdle) {
  bool served = false;
  // A busy machine may need more than the first time to send a request: then twice as long.
  for (milliseconds idle{50}; !served && idle < milliseconds{60'000}; idle *= 2) {
    ServerThread server({.idle = idle}, handler);
    RawClient client(server.port());
    client.send(kGet);
    served = body_of(client.read_reply()) == "hello\n";

    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(eventually([&] { return server.counters().timed_out == 1; }));
    EXPECT_TRUE(eventually([&] { return server.counters().open == 0; }));
  }
  EXPECT_TRUE(served);
}

TEST(HttpServer, DoesNotLetATrickleExtendTheTimeOfARequest) {
  ServerThread server({.idle = milliseconds{60'000}, .total = milliseconds{200}}, handler);
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nX: ");

  int bytes = 0;
  while (!ends_within(client, milliseconds{5}) && bytes < 2'000) {
    client.send("y");
    ++bytes;
  }

  EXPECT_LT(bytes, 2'000);
  EXPECT_TRUE(eventually([&] { return server.counters().timed_out == 1; }));
}

TEST(HttpServer, GivesUpOnAClientThatDoesNotReadItsAnswer) {
  ServerThread server({.idle = milliseconds{60'000}, .total = milliseconds{100}}, handler);
  RawClient client(server.port());

  client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_TRUE(eventually([&] { return server.counters().timed_out == 1; }));
  EXPECT_LT(client.read_to_end().size(), kBigBytes);
}

TEST(HttpServer, MakesRoomByClosingTheConnectionServedLeastRecently) {
  HttpLimits limits = small_limits();
  limits.connections_per_address = 100;
  ServerThread server(limits, handler);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < limits.connections; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(kGet);
    ASSERT_EQ(body_of(clients.back()->read_reply()), "hello\n");
  }
  clients[0]->send(kGet);
  ASSERT_EQ(body_of(clients[0]->read_reply()), "hello\n");

  const std::string probe = exchange(server.port(), kLastGet);

  EXPECT_EQ(body_of(probe), "hello\n");
  EXPECT_EQ(clients[1]->read_to_end(), "");
  clients[0]->send(kLastGet);
  EXPECT_EQ(body_of(clients[0]->read_to_end()), "hello\n");
  EXPECT_EQ(server.counters().evicted, 1U);
}

TEST(HttpServer, LetsAHealthProbeInWhenHalfRequestsHoldEveryConnection) {
  ServerThread server(small_limits(), handler);
  std::vector<std::unique_ptr<RawClient>> hostile;
  for (std::size_t i = 0; i < 3 * small_limits().connections; ++i) {
    hostile.push_back(std::make_unique<RawClient>(server.port()));
    hostile.back()->send("GET / HTTP/1.1\r\nHost:");
  }

  EXPECT_EQ(body_of(exchange(server.port(), kLastGet)), "hello\n");
  EXPECT_LE(server.counters().open, small_limits().connections);
}

// Whoever fills heads and never ends them gets so much memory and no more; what everybody needs is
// served all the same.
TEST(HttpServer, LendsLongHeadsRoomOfOnePool) {
  constexpr std::size_t kHead = 256 * 1024;
  ServerThread server({.connections_per_address = 100, .header_bytes = kHead}, handler);
  const std::string half = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kHeadFree, 'x');
  std::vector<std::unique_ptr<RawClient>> hostile;
  for (std::size_t i = 0; i <= kHeadPool / (kHead - kHeadFree); ++i) {
    hostile.push_back(std::make_unique<RawClient>(server.port()));
    hostile.back()->send(half);
  }

  EXPECT_TRUE(eventually([&] { return server.counters().own_answers.contains(431); }))
      << "one too many";
  EXPECT_EQ(body_of(exchange(server.port(), kLastGet)), "hello\n");

  hostile.clear();
  const std::string whole = half + "\r\nConnection: close\r\n\r\n";
  EXPECT_TRUE(eventually([&] { return body_of(exchange(server.port(), whole)) == "hello\n"; }))
      << "what was lent came back";
}

TEST(HttpServer, KeepsOneAddressWithinItsShare) {
  HttpLimits limits = small_limits();
  limits.connections_per_address = 1;
  ServerThread server(limits, handler, "127.0.0.1");
  RawClient first(server.port());
  first.send(kGet);
  ASSERT_EQ(body_of(first.read_reply()), "hello\n");

  RawClient second(server.port());
  second.send(kGet);

  EXPECT_EQ(body_of(second.read_reply()), "hello\n");
  EXPECT_EQ(first.read_to_end(), "");
}

TEST(HttpServer, ServesManyConnectionsAtOnce) {
  ServerThread server({.connections_per_address = 300}, handler);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
  for (const auto& client : clients) client->send(kGet);

  for (const auto& client : clients) ASSERT_EQ(body_of(client->read_reply()), "hello\n");

  EXPECT_EQ(server.counters().open, 200U);
}

TEST(HttpServer, TellsTheClientWhenARendererThrowsAndGoesOn) {
  ServerThread server({}, handler);
  RawClient client(server.port());

  client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n" + kGet);
  const std::string first = client.read_reply();
  const std::string second = client.read_reply();

  EXPECT_EQ(status_line_of(first), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(body_of(second), "hello\n");
  EXPECT_EQ(server.counters().failures, 1U);
}

TEST(HttpServer, EndsHalfARequestAtOnceWhenItIsClosed) {
  ServerThread server({}, handler);
  RawClient client(server.port());
  client.send(kGet + "GET / HT");
  ASSERT_EQ(body_of(client.read_reply()), "hello\n");
  const auto before = std::chrono::steady_clock::now();

  server.close(milliseconds{60'000});

  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(30));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(HttpServer, FinishesAnAnswerThatIsBeingWrittenWhenItIsClosed) {
  ServerThread server({}, handler);
  RawClient client(server.port());
  client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(ends_within(client, milliseconds{60'000}));  // it has begun

  auto closed = std::async(std::launch::async, [&] { server.close(milliseconds{60'000}); });

  EXPECT_EQ(body_of(client.read_to_end()).size(), kBigBytes);
  closed.get();
}

TEST(HttpServer, CutsOffAClientThatDoesNotReadWhenItsGraceIsOver) {
  ServerThread server({}, handler);
  RawClient client(server.port());
  client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(ends_within(client, milliseconds{60'000}));

  server.close(milliseconds{50});

  EXPECT_LT(client.read_to_end().size(), kBigBytes);
}

TEST(HttpServer, IsDeafOnceItIsClosed) {
  const std::string address = tests::own_loopback_address();
  ServerThread server({}, handler, address);
  const std::uint16_t port = server.port();

  server.close();

  EXPECT_THROW(RawClient client(port, address), boost::system::system_error);
}

TEST(HttpServer, SaysThatThePortIsTaken) {
  ServerThread server({}, handler);
  boost::asio::io_context loop(1);
  HttpServer other(loop.get_executor(), {}, handler);

  const auto port = other.start("127.0.0.1", server.port());

  ASSERT_FALSE(port.has_value());
  EXPECT_EQ(port.error().code, "port.taken");
  EXPECT_EQ(port.error().subject, "127.0.0.1:" + std::to_string(server.port()));
}

TEST(HttpServer, SaysThatAnAddressIsNone) {
  boost::asio::io_context loop(1);
  HttpServer server(loop.get_executor(), {}, handler);

  for (const std::string address : {"localhost", "", "[]", "1.2.3", "192.0.2.1"}) {
    const auto port = server.start(address, 0);
    ASSERT_FALSE(port.has_value()) << address;
    EXPECT_EQ(port.error().code, "listen.address") << address;
  }
}

TEST(HttpServer, ServesBothFamiliesOnTheWildcardAddress) {
  ServerThread server({}, handler, "[::]");

  EXPECT_EQ(body_of(exchange(server.port(), kLastGet)), "hello\n");
  try {
    RawClient client(server.port(), "::1");
    client.send(kLastGet);
    EXPECT_EQ(body_of(client.read_to_end()), "hello\n");
  } catch (const boost::system::system_error& error) {
    GTEST_SKIP() << "no IPv6 here: " << error.what();
  }
}

// Not under sanitizers: UBSan's vptr check opens a pipe to see whether it may read an object, and
// calls any object invalid when there are no descriptors left for that.
#ifndef SPARKWARDEN_SANITIZED
/// No new descriptors for this process until it goes out of scope.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
    ::close(next);
    const rlimit none{.rlim_cur = static_cast<rlim_t>(next), .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(HttpServer, WaitsWithoutSpinningWhileItHasNoDescriptors) {
  ServerThread server({}, handler);
  boost::asio::io_context loop(1);
  boost::asio::ip::tcp::socket late(loop, boost::asio::ip::tcp::v4());
  const Instant begin = Instant::clock::now();
  {
    const NoDescriptors none;
    late.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    // The second failure comes one pause after the first.
    ASSERT_TRUE(eventually([&] { return server.counters().accept_failures >= 2; }));
  }

  const std::string reply = exchange(server.port(), kLastGet);

  EXPECT_EQ(body_of(reply), "hello\n");
  // At most one in each pause of 100 ms, however long the machine took.
  const auto pauses = (Instant::clock::now() - begin) / milliseconds{100};
  EXPECT_LE(server.counters().accept_failures, static_cast<std::uint64_t>(pauses) + 1);
}
#endif

}  // namespace
}  // namespace sparkwarden::io
