// SPDX-License-Identifier: Apache-2.0
#include "agent/core/accept.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

/// `value;name=parameter@quality`, joined by blanks.
std::string shown(std::string_view header) {
  std::string text;
  for (const Preference& one : preferences(header)) {
    if (!text.empty()) text += ' ';
    text += one.value;
    for (const auto& [name, value] : one.parameters) {
      text += ';' + std::string(name) + '=' + std::string(value);
    }
    text += '@' + std::to_string(one.quality);
  }
  return text;
}

struct AcceptCase {
  std::string name;
  std::string header;
  std::string shown;
};

class Preferences : public testing::TestWithParam<AcceptCase> {};

TEST_P(Preferences, AreReadInTheirOrder) {
  EXPECT_EQ(shown(GetParam().header), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Headers,
    Preferences,
    testing::Values(
        AcceptCase{"nothing", "", ""},
        AcceptCase{"curl", "*/*", "*/*@1000"},
        AcceptCase{"prometheus_2",
                   "application/openmetrics-text;version=1.0.0,"
                   "application/openmetrics-text;version=0.0.1;q=0.75,"
                   "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                   "application/openmetrics-text;version=1.0.0@1000 "
                   "application/openmetrics-text;version=0.0.1@750 "
                   "text/plain;version=0.0.4@500 */*@100"},
        AcceptCase{"blanks_and_quotes", " gzip ; Q = 0.5\t, a;b=\"c\" ", "gzip@500 a;b=c@1000"},
        AcceptCase{"three_digits", "a;q=0.123, b;q=1.000, c;q=0.001", "a@123 b@1000 c@1"},
        AcceptCase{"no_number_is_nothing",
                   "a;q=x, b;q=, c;q=2, d;q=-1, e;q=0.1234, f;q=1.5",
                   "a@0 b@0 c@0 d@0 e@0 f@1000"},
        AcceptCase{"empty_elements", ",,;,a,", "@1000 a@1000"}),
    [](const auto& row) { return row.param.name; });

TEST(Preferences, AreBounded) {
  std::string header;
  for (int i = 0; i < 1'000; ++i) header += "a;b=c;d=e,";
  std::string parameters = "a";
  for (int i = 0; i < 1'000; ++i) parameters += ";b=c";

  EXPECT_EQ(preferences(header).size(), kPreferencesMax);
  EXPECT_EQ(preferences(parameters).at(0).parameters.size(), kPreferencesMax);
}

}  // namespace
}  // namespace sparkwarden
