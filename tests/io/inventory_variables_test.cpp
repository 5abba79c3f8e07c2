// SPDX-License-Identifier: Apache-2.0
#include "agent/io/inventory_variables.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "agent/core/secrets.hpp"

namespace sparkwarden::io {
namespace {

class Kept : public testing::TestWithParam<const char*> {};

TEST_P(Kept, IsWhatScansReadAndNamesNoSecret) {
  EXPECT_TRUE(is_inventory_variable(GetParam()));
  EXPECT_FALSE(names_secret(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Names,
                         Kept,
                         testing::Values("PATH",
                                         "HOME",
                                         "SPARK_HOME",
                                         "SPARK_DRIVER_URL",
                                         "JAVA_HOME",
                                         "VIRTUAL_ENV",
                                         "CONDA_PREFIX",
                                         "PYSPARK_PYTHON",
                                         "PYSPARK_DRIVER_PYTHON",
                                         "PYTHONPATH",
                                         "PYTHONHOME",
                                         "PYTHONUSERBASE",
                                         "PYTHONNOUSERSITE",
                                         "PYENV_VERSION"),
                         [](const auto& one) { return std::string(one.param); });

class LeftOut : public testing::TestWithParam<const char*> {};

TEST_P(LeftOut, WhateverItBeginsWith) {
  EXPECT_FALSE(is_inventory_variable(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Names,
                         LeftOut,
                         testing::Values("PYSPARK_GATEWAY_SECRET",
                                         "PYTHON_KEYRING_PASSWORD",
                                         "PYTHON_DATABASE_DSN",
                                         "PYSPARK_SUBMIT_ARGS",
                                         "PYENV_GITHUB_TOKEN",
                                         "SPARK_EXECUTOR_SECRET",
                                         "AWS_SECRET_ACCESS_KEY",
                                         "PATHS",
                                         "PYTHON"),
                         [](const auto& one) { return std::string(one.param); });

TEST(InventoryVariables, KeepOnlyTheirOwn) {
  const std::map<std::string, std::string> environment{{"SPARK_HOME", "/opt/spark"},
                                                       {"PYSPARK_GATEWAY_SECRET", "s3cr3t"},
                                                       {"PATH", std::string(8 * 1024 + 1, 'a')}};

  const std::map<std::string, std::string> expected{{"SPARK_HOME", "/opt/spark"}};
  EXPECT_EQ(inventory_variables(environment), expected);
}

}  // namespace
}  // namespace sparkwarden::io
