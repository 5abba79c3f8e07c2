// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_request.hpp"

#include <gtest/gtest.h>

#include "agent/io/http_target.hpp"

namespace sparkwarden::io {

void PrintTo(const HeadScan& scan, std::ostream* out) {
  *out << "state " << static_cast<int>(scan.state) << ", " << scan.bytes << " bytes";
}

namespace {

struct ScanCase {
  std::string name;
  std::string input;
  HeadScan expected;
};

class ScansHead : public testing::TestWithParam<ScanCase> {};

TEST_P(ScansHead, ForItsEnd) {
  const HeadScan scan = scan_head(GetParam().input, 64);

  EXPECT_EQ(scan, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    ScansHead,
    testing::Values(
        ScanCase{"nothing", "", {HeadState::incomplete, 0}},
        ScanCase{"half_a_line", "GET / HT", {HeadState::incomplete, 0}},
        ScanCase{"one_line", "GET / HTTP/1.1\r\n", {HeadState::incomplete, 0}},
        ScanCase{"last_byte_missing", "GET / HTTP/1.1\r\n\r", {HeadState::incomplete, 0}},
        ScanCase{"complete", "GET / HTTP/1.1\r\n\r\n", {HeadState::complete, 18}},
        ScanCase{"next_request_follows", "GET / HTTP/1.1\r\n\r\nGET", {HeadState::complete, 18}},
        ScanCase{"bare_line_feed", "GET / HTTP/1.1\n", {HeadState::malformed, 0}},
        ScanCase{"bare_line_feed_later", "GET / HTTP/1.1\r\nA: b\n\n", {HeadState::malformed, 0}},
        ScanCase{"line_feed_first", "\nGET / HTTP/1.1\r\n\r\n", {HeadState::malformed, 0}},
        ScanCase{"long_first_line", std::string(64, 'a'), {HeadState::target_too_long, 0}},
        ScanCase{"long_header",
                 "GET / HTTP/1.1\r\nA: " + std::string(64, 'b'),
                 {HeadState::too_long, 0}},
        ScanCase{"end_beyond_the_limit",
                 "GET / HTTP/1.1\r\nA: " + std::string(44, 'b') + "\r\n\r\n",
                 {HeadState::too_long, 0}},
        ScanCase{"end_at_the_limit",
                 "GET / HTTP/1.1\r\nA: " + std::string(41, 'b') + "\r\n\r\n",
                 {HeadState::complete, 64}}),
    [](const auto& row) { return row.param.name; });

TEST(RequestHead, HoldsWhatTheHandlerAsksFor) {
  const auto head =
      parse_head("GET /readyz?verbose HTTP/1.1\r\nHost: 10.0.0.1:9797\r\nAccept: */*\r\n\r\n");

  ASSERT_TRUE(head.has_value()) << head.error().body;
  const RequestHead expected{.request = {.method = "GET",
                                         .path = "/readyz",
                                         .query = {{"verbose", ""}},
                                         .headers = {{"Host", "10.0.0.1:9797"}, {"Accept", "*/*"}}},
                             .keep_alive = true};
  EXPECT_EQ(head->request.method, expected.request.method);
  EXPECT_EQ(head->request.path, expected.request.path);
  EXPECT_EQ(head->request.query, expected.request.query);
  EXPECT_EQ(head->request.headers, expected.request.headers);
  EXPECT_EQ(head->request.header("accept"), "*/*");
  EXPECT_EQ(head->request.header("If-None-Match"), std::nullopt);
  EXPECT_EQ(head->keep_alive, expected.keep_alive);
}

struct AliveCase {
  std::string name;
  std::string head;
  bool keep_alive;
};

class DecidesKeepAlive : public testing::TestWithParam<AliveCase> {};

TEST_P(DecidesKeepAlive, ByVersionAndConnection) {
  const auto head = parse_head(GetParam().head);

  ASSERT_TRUE(head.has_value()) << head.error().body;
  EXPECT_EQ(head->keep_alive, GetParam().keep_alive);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    DecidesKeepAlive,
    testing::Values(
        AliveCase{"http_11", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
        AliveCase{"http_11_close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
        AliveCase{"http_10", "GET / HTTP/1.0\r\n\r\n", false},
        AliveCase{"http_10_keep", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true}),
    [](const auto& row) { return row.param.name; });

TEST(RequestHead, OfHeadAsksForNoBodyWhateverFollows) {
  EXPECT_TRUE(asks_for_head_alone("HEAD / HTTP/1.1\r\n"));
  EXPECT_TRUE(asks_for_head_alone("HEAD /%zz"));
  for (const char* other : {"", "HEAD", "HEADS / HTTP/1.1", "GET / HTTP/1.1", "head / HTTP/1.1"}) {
    EXPECT_FALSE(asks_for_head_alone(other)) << other;
  }
}

TEST(RequestHead, TakesEveryHostThereCanBe) {
  for (const std::string host :
       {"", "a", "10.0.0.1:9797", "[fd00::1]:9797", "my_pod.svc.", "a%20"}) {
    EXPECT_TRUE(parse_head("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")) << host;
  }
}

TEST(RequestHead, WithContentLengthZeroHasNoBody) {
  EXPECT_TRUE(parse_head("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").has_value());
}

struct RefusalCase {
  std::string name;
  std::string head;
  unsigned status;
};

class RefusesHead : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusesHead, WithStatusAndReason) {
  const auto head = parse_head(GetParam().head);

  ASSERT_FALSE(head.has_value());
  EXPECT_EQ(head.error().status, GetParam().status) << head.error().body;
  EXPECT_TRUE(head.error().body.starts_with(std::to_string(GetParam().status) + " "));
  EXPECT_TRUE(head.error().body.ends_with("\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    RefusesHead,
    testing::Values(
        RefusalCase{"garbage", "\x16\x03\x01 hello\r\n\r\n", 400},
        RefusalCase{"no_version", "GET /\r\n\r\n", 400},
        RefusalCase{"two_blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        RefusalCase{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        RefusalCase{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        RefusalCase{"host_with_a_blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        RefusalCase{"host_with_a_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        RefusalCase{"host_with_a_user", "GET / HTTP/1.0\r\nHost: u@a\r\n\r\n", 400},
        RefusalCase{"two_hosts_http_10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        RefusalCase{"blank_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        RefusalCase{"control_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
        RefusalCase{"two_lengths",
                    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                    400},
        RefusalCase{"length_and_chunked",
                    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n",
                    400},
        RefusalCase{"chunked_and_length",
                    "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                    "Content-Length: 3\r\n\r\n",
                    400},
        RefusalCase{
            "negative_length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        RefusalCase{"body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", 413},
        RefusalCase{
            "chunked", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 413},
        RefusalCase{
            "unknown_coding", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 413},
        RefusalCase{"post", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", 405},
        RefusalCase{"connect", "CONNECT h:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        RefusalCase{"options", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        RefusalCase{"unknown_method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        RefusalCase{"lower_case_method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        RefusalCase{"bad_target", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        RefusalCase{"long_target",
                    "GET /" + std::string(kTargetBytesMax, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
                    414},
        RefusalCase{"http_37", "GET / HTTP/3.7\r\nHost: a\r\n\r\n", 505},
        RefusalCase{"http_2_preface", "PRI * HTTP/2.0\r\n\r\n", 505}),
    [](const auto& row) { return row.param.name; });

TEST(RequestHead, ThatIsRefusedForItsMethodIsToldWhichAreAllowed) {
  const auto head = parse_head("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");

  ASSERT_FALSE(head.has_value());
  const std::vector<std::pair<std::string, std::string>> allow{{"Allow", "GET, HEAD"}};
  EXPECT_EQ(head.error().headers, allow);
}

}  // namespace
}  // namespace sparkwarden::io
