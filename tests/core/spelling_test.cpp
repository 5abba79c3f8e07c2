// SPDX-License-Identifier: Apache-2.0
#include "agent/core/spelling.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

const std::vector<std::string> kKnown{"gate.mode", "gate.timeout", "role"};

TEST(Spelling, FindsTheSlipOfThePen) {
  EXPECT_EQ(nearest("gate.timeot", kKnown), "gate.timeout");
  EXPECT_EQ(nearest("rol", kKnown), "role");
}

TEST(Spelling, GuessesNothingFarFetched) {
  EXPECT_EQ(nearest("listen.port", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kKnown), "");
}

}  // namespace
}  // namespace sparkwarden
