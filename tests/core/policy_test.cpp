// SPDX-License-Identifier: Apache-2.0
#include "agent/core/policy.hpp"

#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden {
namespace {

using namespace test;

const WallTime kNow = WallTime(std::chrono::seconds(1'800'000'000));

Observed under(FindingPolicy policy, Observed observed) {
  return apply(policy, std::move(observed), kNow);
}

TEST(Policy, TheLongestMatchWins) {
  const FindingPolicy policy{.overrides = {{"nfs.*", Severity::info},
                                           {"nfs.export.*", Severity::warning},
                                           {"nfs.export.read-only", Severity::error}},
                             .suppressions = {}};

  EXPECT_EQ(under(policy, fails()).findings.at(0).severity, Severity::error);
  EXPECT_EQ(under(policy, warns()).findings.at(0).severity, Severity::info);
}

TEST(Policy, OffRemovesTheFinding) {
  EXPECT_TRUE(
      under({.overrides = {{"nfs.export.read-only", std::nullopt}}, .suppressions = {}}, fails())
          .findings.empty());
}

TEST(Policy, APrefixEndsAtADot) {
  EXPECT_TRUE(covers("nfs.*", "nfs.export.read-only"));
  EXPECT_FALSE(covers("nfs.*", "nfsx.export"));
  EXPECT_FALSE(covers("nfs", "nfs.export"));
}

TEST(Policy, ASuppressionHidesItsSubjectOnlyUntilItExpires) {
  const auto suppress = [](std::string subject, std::optional<WallTime> expires) {
    return FindingPolicy{
        .overrides = {},
        .suppressions = {{"nfs.export.read-only", std::move(subject), "known", expires}}};
  };

  EXPECT_TRUE(under(suppress("10.10.0.10", std::nullopt), fails()).findings.empty());
  EXPECT_TRUE(under(suppress("", kNow + std::chrono::seconds(1)), fails()).findings.empty());
  EXPECT_EQ(under(suppress("10.10.0.11", std::nullopt), fails()).findings.size(), 1u);
  EXPECT_EQ(under(suppress("", kNow), fails()).findings.size(), 1u);
}

TEST(Policy, WhatWasNotLookedAtStaysUnknown) {
  const FindingPolicy policy{.overrides = {{"config.*", std::nullopt}},
                             .suppressions = {{"config.*", "", "noise", std::nullopt}}};

  EXPECT_EQ(under(policy, cannot_look()), cannot_look());
}

}  // namespace
}  // namespace sparkwarden
