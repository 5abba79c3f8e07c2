// SPDX-License-Identifier: Apache-2.0
// The soak of `make test-long`, a twentieth of it.
#include <chrono>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/mount_soak.hpp"
#include "tests/support/storage_soak.hpp"

namespace sparkwarden::tests {
namespace {

// A scheduler may hold a run up for as long as it likes; `make test-long` is the one that measures.
constexpr std::chrono::seconds kLate{20};

class Soak : public testing::TestWithParam<int> {};

TEST_P(Soak, AShortOneLeavesNothingBehind) {
  if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;

  const SoakResult result = soak(
      {.version = GetParam(), .light = 250, .full = 25, .seed = 20'260'101, .overrun_max = kLate});

  std::ostringstream figures;
  print(result, figures);
  EXPECT_THAT(result.broken, testing::IsEmpty()) << figures.str();
  EXPECT_EQ(result.light, 250);
  EXPECT_EQ(result.full, 25);
}

INSTANTIATE_TEST_SUITE_P(Version, Soak, testing::Values(3, 4), [](const auto& test) {
  return std::to_string(test.param);
});

#ifdef SPARKWARDEN_SANITIZED  // whose children take some twenty times as long
constexpr int kLight = 50;
constexpr int kFull = 10;
#else
constexpr int kLight = 250;
constexpr int kFull = 25;
#endif

TEST(MountSoak, AShortOneProvesATokenAfterEachFaultAndLeavesNothingBehind) {
  if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
  if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;

  const SoakResult result =
      mount_soak({.light = kLight, .full = kFull, .seed = 20'260'101, .overrun_max = kLate});

  std::ostringstream figures;
  print(result, figures);
  EXPECT_THAT(result.broken, testing::IsEmpty()) << figures.str();
  EXPECT_EQ(result.light, kLight);
  EXPECT_EQ(result.full, kFull);
  EXPECT_GE(result.tokens_seen, kFull) << figures.str();
}

}  // namespace
}  // namespace sparkwarden::tests
