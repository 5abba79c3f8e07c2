// SPDX-License-Identifier: Apache-2.0
// A driver's address at which somebody answers who means harm: bounded, told by a code, and the
// manifest that was held before stays.
#include <string>
#include <thread>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/io/http_coding.hpp"
#include "tests/probes/peers/peers_rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::peers {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using tests::OneReplyServer;
using tests::PeersRig;

std::string shown(const Observed& seen) {
  std::string text;
  for (const Finding& finding : seen.findings) text += finding.code + " ";
  for (const Unlooked& unlooked : seen.unlooked) text += "?" + unlooked.code + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

std::string head(const std::string& more) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(kManifestContentType) + "\r\n" + more +
         "\r\n";
}

std::string with_length(const std::string& headers, const std::string& body) {
  return head(headers + "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
}

/// 16 MiB of blanks in 16 KiB.
std::string gzip_bomb() {
  const std::string blanks(16 * 1024 * 1024, ' ');
  const io::Deflated part = io::deflate_part(blanks);
  return io::gzip_begin() + part.bytes + io::gzip_end(part.crc32, blanks.size(), "");
}

struct Lie {
  std::string name;
  std::string reply;
  std::string codes;
};

class Lies : public testing::TestWithParam<Lie> {};

TEST_P(Lies, AreToldAndHandedToNobody) {
  OneReplyServer server(GetParam().reply, OneReplyServer::Then::stay_open);
  PeersRig rig;
  rig.driver("127.0.0.1:" + std::to_string(server.port()));
  rig.world().peer_bytes_max = 256 * 1024;

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), GetParam().codes);
  EXPECT_EQ(seen.facts.driver, nullptr);
  for (const Finding& finding : seen.findings) EXPECT_LT(finding.message.size(), 1'000U);
}

INSTANTIATE_TEST_SUITE_P(
    Wire,
    Lies,
    testing::Values(
        Lie{"gzip_bomb",
            with_length("Content-Encoding: gzip\r\n", gzip_bomb()),
            "peer.driver.unexpected-answer"},
        Lie{"packed_without_saying_so", with_length("", gzip_bomb()), "peer.manifest.malformed"},
        Lie{"endless_headers",
            head(std::string(64 * 1024, 'x') + ": y\r\n"),
            "peer.manifest.too-large"},
        Lie{"endless_chunk_extension",
            head("Transfer-Encoding: chunked\r\n") + "1;" + std::string(600'000, 'x'),
            "peer.manifest.too-large"},
        Lie{"chunk_of_two_gibibytes",
            head("Transfer-Encoding: chunked\r\n") + "80000000\r\n",
            "peer.manifest.too-large"},
        Lie{"chunk_size_beyond_64_bits",
            head("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n",
            "peer.driver.unexpected-answer"},
        Lie{"continues_for_ever",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
            "peer.driver.unexpected-answer"},
        Lie{"switches_protocols",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            "peer.driver.unexpected-answer"},
        Lie{"redirect_to_itself",
            "HTTP/1.1 301 Moved\r\nLocation: /v1/manifest\r\nContent-Length: 0\r\n\r\n",
            "peer.driver.unexpected-answer"},
        Lie{"status_999",
            "HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n",
            "peer.driver.unexpected-answer"},
        Lie{"two_lengths",
            head("Content-Length: 2\r\nContent-Length: 900\r\n") + "{}",
            "peer.driver.unexpected-answer"},
        Lie{"content_type_steers_a_terminal",
            "HTTP/1.1 200 OK\r\nContent-Type: a/\xc2\x9b[2J\r\nContent-Length: 2\r\n\r\n{}",
            "peer.driver.unexpected-answer"},
        Lie{"garbage", with_length("", std::string(100'000, '\xff')), "peer.manifest.malformed"},
        Lie{"depth", with_length("", std::string(200'000, '[')), "peer.manifest.malformed"}),
    [](const auto& row) { return row.param.name; });

/// Sends `piece` again and again until the client leaves or has had `bytes_max`.
class EndlessServer {
 public:
  EndlessServer(std::string begin, std::string piece, std::size_t bytes_max)
      : acceptor_(loop_, {asio::ip::address_v4::loopback(), 0}),
        port_(acceptor_.local_endpoint().port()),
        thread_([this, begin = std::move(begin), piece = std::move(piece), bytes_max] {
          serve(begin, piece, bytes_max);
        }) {}
  EndlessServer(const EndlessServer&) = delete;
  EndlessServer& operator=(const EndlessServer&) = delete;
  ~EndlessServer() { thread_.join(); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  std::size_t sent() {
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
    return sent_;
  }

 private:
  void serve(const std::string& begin, const std::string& piece, std::size_t bytes_max) {
    tcp::socket peer(loop_);
    boost::system::error_code error;
    acceptor_.accept(peer, error);
    std::string request;
    asio::read_until(peer, asio::dynamic_buffer(request), "\r\n\r\n", error);
    asio::write(peer, asio::buffer(begin), error);
    while (!error && sent_ < bytes_max) sent_ += asio::write(peer, asio::buffer(piece), error);
  }

  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::size_t sent_ = 0;
  std::thread thread_;
};

TEST(EndlessAnswer, IsCutOffAtTheBoundHoweverItIsSent) {
  constexpr std::size_t kFar = 64 * 1024 * 1024;
  const std::string chunk = "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
  const std::string raw(0x4000, ' ');
  const std::vector<std::pair<std::string, std::string>> ways{
      {head("Transfer-Encoding: chunked\r\n"), chunk},
      {head("Content-Length: 2147483648\r\n"), raw},
      {head("Connection: close\r\n"), raw},
      {"HTTP/1.1 200 OK\r\n", "X: y\r\n"}};
  for (const auto& [begin, piece] : ways) {
    EndlessServer server(begin, piece, kFar);
    PeersRig rig;
    rig.driver("127.0.0.1:" + std::to_string(server.port()));
    rig.world().peer_bytes_max = 1024 * 1024;

    const Observed seen = rig.run();

    EXPECT_EQ(shown(seen), "peer.manifest.too-large") << begin;
    EXPECT_LT(server.sent(), kFar) << begin;
  }
}

TEST(PeersToken, IsPresentedAndWhatCameOfItIsTold) {
  const tests::TempDir directory;
  tests::Driver driver;
  driver.knows("1.26.4");
  driver.says([](const Request& request) {
    return Answer{.status = 401, .body = std::string(request.header("Authorization").value_or(""))};
  });
  const auto message = [&](const std::string& token_file) {
    PeersRig rig;
    rig.driver(driver.address());
    rig.settings().token_file = token_file;
    const Observed seen = rig.run();
    EXPECT_EQ(shown(seen), "?peer.driver.not-permitted");
    return seen.unlooked.at(0).message;
  };

  const std::string none = message("");
  const std::string missing = message("/nowhere/token");
  const std::string wrong = message(directory.write("token", "s3cret\n"));

  EXPECT_THAT(none, testing::HasSubstr("probes.peers.token_file names no token"));
  EXPECT_THAT(missing, testing::HasSubstr("no token in /nowhere/token"));
  EXPECT_THAT(wrong, testing::HasSubstr("does not take the token of"));
  EXPECT_THAT(wrong, testing::Not(testing::HasSubstr("s3cret")));
  const auto requests = driver.requests();
  EXPECT_EQ(requests.at(0).header("Authorization"), std::nullopt);
  EXPECT_EQ(requests.at(1).header("Authorization"), std::nullopt);
  EXPECT_EQ(requests.at(2).header("Authorization"), "Bearer s3cret");
}

}  // namespace
}  // namespace sparkwarden::probes::peers
