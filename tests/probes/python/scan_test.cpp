// SPDX-License-Identifier: Apache-2.0
#include "probes/python/scan.hpp"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "tests/probes/python/a_tree.hpp"
#include "tests/probes/python/a_zip.hpp"
#include "tests/support/spark_image.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Scans : public testing::Test {
 protected:
  [[nodiscard]] PythonManifest scan_it() const { return scan(root_.tree(), place_, {}); }

  ATree root_;
  tests::SparkImage image_{root_.real("")};
  io::Place place_;
};

TEST_F(Scans, AnImageIsDescribedAsAWhole) {
  const PythonManifest python = scan_it();

  EXPECT_EQ(python.requested, "python3");
  EXPECT_EQ(python.executable, "/usr/local/bin/python3");
  EXPECT_EQ(python.version, "3.11.2");
  EXPECT_EQ(python.abi, "cp311");
  EXPECT_THAT(python.path, ElementsAre("/usr/local/lib/python3.11/site-packages"));
  ASSERT_EQ(python.distributions.size(), 2U);
  EXPECT_EQ(python.distributions[0].name, "numpy");
  EXPECT_EQ(python.distributions[1].name, "pandas");
  EXPECT_EQ(python.pyspark, std::nullopt);
  EXPECT_TRUE(python.complete);
}

TEST_F(Scans, ThePysparkOfSparkHomeHidesTheDistribution) {
  root_.put("/opt/spark/python/lib/pyspark.zip",
            a_zip({{.name = "pyspark/version.py", .content = "__version__ = '3.5.1'\n"}}));
  image_.install("pyspark", "3.5.0");
  root_.put("/usr/local/lib/python3.11/site-packages/pyspark/version.py",
            "__version__ = '3.5.0'\n");

  const PythonManifest python = scan_it();

  ASSERT_TRUE(python.pyspark.has_value());
  EXPECT_EQ(python.pyspark->version, "3.5.1");
  EXPECT_EQ(python.pyspark->path, "/opt/spark/python/lib/pyspark.zip");
}

TEST_F(Scans, TheSameContentElsewhereHasTheSameDigest) {
  const std::string here = digest_of(scan_it());
  const ATree other;
  const tests::SparkImage image(other.real("/image"));
  const auto tree = io::Tree::open(image.root());
  ASSERT_TRUE(tree.has_value());

  EXPECT_EQ(digest_of(scan(*tree, place_, {.interpreter = "/usr/local/bin/python3.11"})), here);
  EXPECT_EQ(digest_of(scan(root_.tree().without_openat2(), place_, {})), here);
  image_.install("numpy", "1.26.5");
  EXPECT_NE(digest_of(scan_it()), here);
}

TEST_F(Scans, ADamagedPysparkIsIncomplete) {
  root_.put("/opt/spark/python/lib/pyspark.zip", "PK, and cut off somewhere in the middle");

  EXPECT_FALSE(scan_it().complete);
  EXPECT_THAT(scan_it().incomplete, ElementsAre(HasSubstr("pyspark.zip: ")));
}

TEST_F(Scans, WhatIsNamedAndNotThereIsAbsentAndNotUnknown) {
  place_.environment = {{"PATH", "/usr/bin"}, {"PYSPARK_PYTHON", "/opt/none/bin/python"}};

  const PythonManifest python = scan_it();

  EXPECT_EQ(python.requested, "/opt/none/bin/python");
  EXPECT_EQ(python.executable, "");
  EXPECT_TRUE(python.complete);
  EXPECT_THAT(python.distributions, IsEmpty());
}

TEST_F(Scans, NothingFoundIsEverRun) {
  root_.put_program("/usr/local/bin/python3.11", "#!/bin/sh\ntouch " + root_.real("/ran") + "\n");

  EXPECT_THAT(scan_it().incomplete, ElementsAre(HasSubstr("a script")));
  EXPECT_FALSE(std::filesystem::exists(root_.real("/ran")));
}

}  // namespace
}  // namespace sparkwarden::probes::python
