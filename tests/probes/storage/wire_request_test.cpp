// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_request.hpp"

#include <string>

#include <gtest/gtest.h>

#include "probes/storage/wire_client.hpp"

namespace sparkwarden::probes::storage {
namespace {

WireRequest a_request() {
  return WireRequest{.address = "10.10.0.10",
                     .version = 4,
                     .nfs_port = 2049,
                     .mount_port = 892,
                     .export_path = "/volume1/cp",
                     .uid = 185,
                     .gid = 4294967294,
                     .groups = {0, 4242},
                     .client = "sparkwarden-1f0c",
                     .write = true,
                     .directory = "1f0c",
                     .first = "c-1-00000001",
                     .second = "c-1-00000000",
                     .leftovers = {"c-0-00000007"},
                     .token = {.write = "t-0123456789abcdef",
                               .content = "x",
                               .keep = "t-fedcba9876543210",
                               .look_up = ".sparkwarden/other/t-0123456789abcdef"},
                     .rpc_timeout = milliseconds(2'000),
                     .step_deadline = milliseconds(3'000)};
}

TEST(WireRequest, WhatIsWrittenIsRead) {
  const auto read = parse_wire_request(to_json(a_request()));

  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, a_request());
}

struct BadRequest {
  std::string name;
  void (*spoil)(WireRequest&);
};

class BadRequests : public testing::TestWithParam<BadRequest> {};

TEST_P(BadRequests, AreRefused) {
  WireRequest request = a_request();
  GetParam().spoil(request);

  EXPECT_FALSE(parse_wire_request(to_json(request)).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    WireRequest,
    BadRequests,
    testing::Values(
        BadRequest{"version", [](WireRequest& r) { r.version = 2; }},
        BadRequest{"port", [](WireRequest& r) { r.nfs_port = 65'536; }},
        BadRequest{"relative_export", [](WireRequest& r) { r.export_path = "volume1"; }},
        BadRequest{"directory_up", [](WireRequest& r) { r.directory = ".."; }},
        BadRequest{"path_in_a_name", [](WireRequest& r) { r.first = "../../etc/passwd"; }},
        BadRequest{"no_name", [](WireRequest& r) { r.second = ""; }},
        BadRequest{"too_many_groups", [](WireRequest& r) { r.groups.assign(17, 1); }},
        BadRequest{"path_in_leftovers", [](WireRequest& r) { r.leftovers = {"../x"}; }},
        BadRequest{"too_many_leftovers", [](WireRequest& r) { r.leftovers.assign(17, "c"); }},
        BadRequest{"no_token_name", [](WireRequest& r) { r.token.write = "../t"; }},
        BadRequest{"no_token", [](WireRequest& r) { r.token.content = ""; }},
        BadRequest{"content_without_a_name", [](WireRequest& r) { r.token.write = ""; }},
        BadRequest{"long_token", [](WireRequest& r) { r.token.content.assign(2049, 'x'); }},
        BadRequest{"path_to_keep", [](WireRequest& r) { r.token.keep = "a/b"; }},
        BadRequest{"path_elsewhere", [](WireRequest& r) { r.token.look_up = "etc/passwd"; }},
        BadRequest{"token_where_nothing_is_written", [](WireRequest& r) { r.write = false; }},
        BadRequest{"no_time", [](WireRequest& r) { r.rpc_timeout = milliseconds(0); }}),
    [](const auto& test) { return test.param.name; });

TEST(WireRequest, GarbageIsRefused) {
  for (const std::string text : {"", "{}", "[]", "{\"v\":1}", "{\"v\":\"1\"}", "\xff"}) {
    EXPECT_FALSE(parse_wire_request(text).has_value()) << text;
  }
}

TEST(SymbolIn, FindsTheTokenAndNothingElse) {
  EXPECT_EQ(symbol_in("Write failed with NFS3ERR_NOSPC(-28)"), "NFS3ERR_NOSPC");
  EXPECT_EQ(symbol_in("Mount failed with error MNT3ERR_ACCES(13)"), "MNT3ERR_ACCES");
  EXPECT_EQ(symbol_in("NFS4ERR_GRACE"), "NFS4ERR_GRACE");
  EXPECT_EQ(symbol_in("command timed out"), "");
  EXPECT_EQ(symbol_in(""), "");
}

}  // namespace
}  // namespace sparkwarden::probes::storage
