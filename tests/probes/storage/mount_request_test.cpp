// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_request.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::probes::storage {
namespace {

MountRequest a_request() {
  return MountRequest{.path = "/mnt/spark checkpoints",
                      .device = "0:87",
                      .write = true,
                      .directory = "1f0c",
                      .first = "c-1-00000001",
                      .second = "c-1-00000000",
                      .leftovers = {"c-0-00000007"},
                      .token = {.write = "t-0123456789abcdef",
                                .content = "text",
                                .keep = "t-fedcba9876543210",
                                .look_up = ".sparkwarden/u/t-0123456789abcdef"}};
}

TEST(MountRequest, WhatIsWrittenIsRead) {
  const auto read = parse_mount_request(to_json(a_request()));

  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, a_request());
}

struct BadRequest {
  std::string name;
  void (*spoil)(MountRequest&);
};

class BadMountRequests : public testing::TestWithParam<BadRequest> {};

TEST_P(BadMountRequests, AreRefused) {
  MountRequest request = a_request();
  GetParam().spoil(request);

  EXPECT_FALSE(parse_mount_request(to_json(request)).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    MountRequest,
    BadMountRequests,
    testing::Values(
        BadRequest{"relative_path", [](MountRequest& r) { r.path = "mnt"; }},
        BadRequest{"zero_in_path", [](MountRequest& r) { r.path = std::string("/a\0b", 4); }},
        BadRequest{"no_device", [](MountRequest& r) { r.device.clear(); }},
        BadRequest{"long_device", [](MountRequest& r) { r.device = std::string(40, '1'); }},
        BadRequest{"directory_up", [](MountRequest& r) { r.directory = ".."; }},
        BadRequest{"file_elsewhere", [](MountRequest& r) { r.first = "a/b"; }},
        BadRequest{"nameless_file", [](MountRequest& r) { r.second.clear(); }},
        BadRequest{"leftover_elsewhere", [](MountRequest& r) { r.leftovers = {"../x"}; }},
        BadRequest{"token_elsewhere", [](MountRequest& r) { r.token.write = "../t"; }},
        BadRequest{"token_to_keep", [](MountRequest& r) { r.token.keep = "c-1-00000001"; }},
        BadRequest{"path_up", [](MountRequest& r) { r.token.look_up = ".sparkwarden/../x"; }},
        BadRequest{"token_where_nothing_is_written", [](MountRequest& r) { r.write = false; }},
        BadRequest{"many_leftovers", [](MountRequest& r) { r.leftovers.assign(17, "x"); }}),
    [](const auto& test) { return test.param.name; });

TEST(MountRequest, OtherTextIsRefused) {
  for (const char* text : {"", "[]", "{}", "{\"v\":2}", "{\"v\":1,\"path\":7}", "{\"v\":1"}) {
    EXPECT_FALSE(parse_mount_request(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::storage
