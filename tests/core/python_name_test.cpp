// SPDX-License-Identifier: Apache-2.0
#include "agent/core/python_name.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

TEST(PythonName, OneDistributionHasOneNormalisedName) {
  for (const char* spelling : {"friendly-bard",
                               "Friendly-Bard",
                               "FRIENDLY-BARD",
                               "friendly.bard",
                               "friendly_bard",
                               "friendly--bard",
                               "FrIeNdLy-._.-bArD"}) {
    EXPECT_EQ(normalized_name(spelling), "friendly-bard") << spelling;
  }
}

TEST(PythonName, OnlyAsciiLettersHaveACase) {
  EXPECT_EQ(normalized_name("\xc3\x84x"), "\xc3\x84x");
}

TEST(PythonName, WhatPipIgnoresIsNoName) {
  for (const char* name : {"a", "A1", "zope.interface", "x_y-z"}) EXPECT_TRUE(is_valid_name(name));
  for (const char* name : {"", "~ip", "-pip", "pip-", "a b", "pip\n", "p\xc3\xafp"}) {
    EXPECT_FALSE(is_valid_name(name)) << name;
  }
}

}  // namespace
}  // namespace sparkwarden
