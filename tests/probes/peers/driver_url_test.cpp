// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/driver_url.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::probes::peers {
namespace {

struct UrlCase {
  std::string name;
  std::string text;
  std::string expected;  // host|port, or the error's code
};

class DriverUrl : public testing::TestWithParam<UrlCase> {};

TEST_P(DriverUrl, IsReadAsPeopleWriteIt) {
  const auto url = parse_driver_url(GetParam().text);

  EXPECT_EQ(url ? url->host + "|" + std::to_string(url->port) : url.error().code,
            GetParam().expected);
  if (url) {
    EXPECT_EQ(url->target, "/v1/manifest");
  } else {
    EXPECT_FALSE(url.error().detail.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Written,
    DriverUrl,
    testing::Values(UrlCase{"address", "10.1.2.3", "10.1.2.3|9797"},
                    UrlCase{"address_and_port", "10.1.2.3:9000", "10.1.2.3|9000"},
                    UrlCase{"service", "my-driver-svc.spark.svc", "my-driver-svc.spark.svc|9797"},
                    UrlCase{"url", "http://10.1.2.3", "10.1.2.3|9797"},
                    UrlCase{"url_port_and_slash", "http://driver:9000/", "driver|9000"},
                    UrlCase{"bare_v6", "fd00::12", "fd00::12|9797"},
                    UrlCase{"v6", "[fd00::12]", "fd00::12|9797"},
                    UrlCase{"v6_and_port", "[fd00::12]:9000", "fd00::12|9000"},
                    UrlCase{"v6_url", "http://[fd00::12]:9000/", "fd00::12|9000"},
                    UrlCase{"itself", "localhost", "localhost|9797"},

                    UrlCase{"wildcard", "0.0.0.0", "url.wildcard"},
                    UrlCase{"wildcard_and_port", "0.0.0.0:9797", "url.wildcard"},
                    UrlCase{"wildcard_url", "http://0.0.0.0:9797/", "url.wildcard"},
                    UrlCase{"wildcard_short", "0", "url.wildcard"},
                    UrlCase{"wildcard_hex", "0x0:9797", "url.wildcard"},
                    UrlCase{"wildcard_octal", "000.000.0.00", "url.wildcard"},
                    UrlCase{"wildcard_v6", "::", "url.wildcard"},
                    UrlCase{"wildcard_v6_brackets", "[::]:9797", "url.wildcard"},
                    UrlCase{"wildcard_v6_long", "[0:0:0:0:0:0:0:0]", "url.wildcard"},
                    UrlCase{"wildcard_v6_other", "[0::0:0]", "url.wildcard"},
                    UrlCase{"wildcard_mapped", "[::ffff:0.0.0.0]", "url.wildcard"},
                    UrlCase{"star", "*", "url.wildcard"},

                    UrlCase{"nothing", "", "url.invalid"},
                    UrlCase{"not_expanded", "$(POD_IP)", "url.invalid"},
                    UrlCase{"not_expanded_either", "http://${POD_IP}:9797", "url.invalid"},
                    UrlCase{"tls", "https://driver", "url.invalid"},
                    UrlCase{"spark", "spark://CoarseGrainedScheduler@driver:7078", "url.invalid"},
                    UrlCase{"path", "http://driver/metrics", "url.invalid"},
                    UrlCase{"query", "driver?x", "url.invalid"},
                    UrlCase{"fragment", "driver#x", "url.invalid"},
                    UrlCase{"user", "http://user:secret@driver", "url.invalid"},
                    UrlCase{"blank", "my driver", "url.invalid"},
                    UrlCase{"line_break", "driver\r\nX: y", "url.invalid"},
                    UrlCase{"port_zero", "driver:0", "url.invalid"},
                    UrlCase{"port_too_large", "driver:65536", "url.invalid"},
                    UrlCase{"port_no_number", "driver:http", "url.invalid"},
                    UrlCase{"port_empty", "driver:", "url.invalid"},
                    UrlCase{"bracket", "[fd00::12", "url.invalid"}),
    [](const auto& row) { return row.param.name; });

TEST(DriverUrl, WithAPasswordIsNotShown) {
  const auto url = parse_driver_url("http://user:hunter22@driver");

  ASSERT_FALSE(url.has_value());
  EXPECT_EQ(url.error().subject.find("hunter22"), std::string::npos) << url.error().subject;
}

TEST(SparkUrl, HoldsTheDriversHost) {
  EXPECT_EQ(host_of_spark_url("spark://CoarseGrainedScheduler@10.1.2.3:7078"), "10.1.2.3");
  EXPECT_EQ(host_of_spark_url("spark://CoarseGrainedScheduler@my-driver-svc.spark.svc:7078"),
            "my-driver-svc.spark.svc");
  EXPECT_EQ(host_of_spark_url("spark://CoarseGrainedScheduler@[fd00::12]:7078"), "[fd00::12]");
  EXPECT_EQ(host_of_spark_url("spark://10.1.2.3:7077"), "10.1.2.3");
  for (const char* other : {"", "10.1.2.3:7078", "spark://", "spark://driver", "local[*]"}) {
    EXPECT_EQ(host_of_spark_url(other), "") << other;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::peers
