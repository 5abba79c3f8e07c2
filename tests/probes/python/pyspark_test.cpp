// SPDX-License-Identifier: Apache-2.0
#include "probes/python/pyspark.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/probes/python/a_tree.hpp"
#include "tests/probes/python/a_zip.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr const char* kZip = "/opt/spark/python/lib/pyspark.zip";
constexpr const char* kPy4j = "/opt/spark/python/lib/py4j-0.10.9.9-src.zip";
constexpr const char* kSite = "/site";

std::string pyspark_zip() {
  return a_zip({{.name = "pyspark/__init__.py", .content = "__version__ = \"0\"\n", .method = 8},
                {.name = "pyspark/version.py",
                 .content = "# licence\n__version__: str = \"4.0.1\"\n",
                 .method = 8},
                {.name = "pyspark/cloudpickle/__init__.py",
                 .content = "__all__ = [\"__version__\"]\n__version__ = '3.1.1'\n",
                 .method = 8}});
}

class PySparks : public testing::Test {
 protected:
  PySparks() {
    root_.put("/site/pyspark/version.py", "__version__ = \"3.5.0\"\n");
    root_.put("/site/pyspark/cloudpickle/__init__.py", "__version__ = '2.2.1'\n");
  }

  ATree root_;
  const std::vector<Distribution> installed_{{.name = "py4j", .version = "0.10.9.7"},
                                             {.name = "pyspark", .version = "3.5.0"}};
};

TEST_F(PySparks, TheOneInSparkHomeBeatsTheDistribution) {
  root_.put(kZip, pyspark_zip());
  root_.put(kPy4j, a_zip({}));

  EXPECT_EQ(
      find_pyspark(root_.tree(), {kZip, kPy4j, kSite}, installed_),
      (PySpark{.version = "4.0.1", .py4j = "0.10.9.9", .cloudpickle = "3.1.1", .path = kZip}));
}

TEST_F(PySparks, WithoutItTheDistributionIsImported) {
  EXPECT_EQ(
      find_pyspark(root_.tree(), {kSite}, installed_),
      (PySpark{.version = "3.5.0", .py4j = "0.10.9.7", .cloudpickle = "2.2.1", .path = kSite}));
}

TEST_F(PySparks, ADamagedZipIsPassedOverAsImportDoes) {
  root_.put(kZip, pyspark_zip().substr(0, 200));

  EXPECT_EQ(find_pyspark(root_.tree(), {kZip, kSite}, installed_)->version, "3.5.0");
}

TEST_F(PySparks, NoneIsNone) {
  EXPECT_EQ(find_pyspark(root_.tree(), {"/none", "/"}, installed_), std::nullopt);
}

TEST_F(PySparks, WhatIsNotWrittenIsEmpty) {
  root_.put("/odd/pyspark/version.py", "from x import __version__\n__version__ = x.y\n");

  EXPECT_EQ(find_pyspark(root_.tree(), {"/odd"}, {}), (PySpark{.path = "/odd"}));
}

}  // namespace
}  // namespace sparkwarden::probes::python
