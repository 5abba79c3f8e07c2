// SPDX-License-Identifier: Apache-2.0
#include "agent/core/finding.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

TEST(Grouped, KeepsTheFirstOfACodeAndSeverityAndCountsTheRest) {
  std::vector<Finding> findings(kFindingsPerCode + 5, Finding{.code = "a", .message = "m"});
  findings.push_back({.code = "a", .severity = Severity::info, .message = "m"});
  findings.push_back({.code = "b", .message = "m"});

  const std::vector<Finding> kept = grouped(findings);

  ASSERT_EQ(kept.size(), kFindingsPerCode + 2);
  EXPECT_EQ(kept[kFindingsPerCode - 1].message, "m; and 5 more of this kind");
  EXPECT_EQ(kept[kFindingsPerCode].severity, Severity::info);
  EXPECT_EQ(kept.back(), (Finding{.code = "b", .message = "m"}));
}

}  // namespace
}  // namespace sparkwarden
