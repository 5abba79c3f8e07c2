// SPDX-License-Identifier: Apache-2.0
#include "agent/io/scan_child.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

TEST(ScanRequest, ComesBackAsItWasSent) {
  const ScanRequest request{.root = "/images/a \"b\"\n",
                            .proc = "/host/proc",
                            .environment = {{"PATH", "/bin:/usr/bin"}, {"PYTHONPATH", "\xc3\xa4"}},
                            .interpreter = "python3.11",
                            .spark_home = "/spark"};

  const std::string line = to_json(request);

  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(parse_scan_request(line), request);
}

TEST(ScanRequest, TheDefaultsComeBackToo) {
  EXPECT_EQ(parse_scan_request(to_json(ScanRequest{})), ScanRequest{});
}

class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, IsWhatToJsonDoesNotMake) {
  EXPECT_EQ(parse_scan_request(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    Refused,
    testing::Values(
        "",
        "{",
        "[]",
        "{}",
        R"({"root":1,"proc":"","environment":{},"interpreter":"","spark_home":""})",
        R"({"root":"","proc":"","environment":[],"interpreter":"","spark_home":""})",
        R"({"root":"","proc":"","environment":{"A":1},"interpreter":"","spark_home":""})",
        R"({"root":"","proc":"","environment":{},"interpreter":"","spark_home":""} x)"));

}  // namespace
}  // namespace sparkwarden::io
