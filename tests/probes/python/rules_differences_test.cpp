// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/rules.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::HasSubstr;

/// A pod with these packages, Python 3.11.2 and PySpark 4.0.1.
PythonManifest a_python(std::vector<std::pair<std::string, std::string>> packages) {
  PythonManifest python{.requested = "python3",
                        .executable = "/usr/bin/python3",
                        .implementation = "cpython",
                        .version = "3.11.2",
                        .abi = "cp311",
                        .machine = "x86_64",
                        .pyspark = PySpark{"4.0.1", "0.10.9.9", "3.1.1", "/opt/spark/python"}};
  for (auto& [name, version] : packages) {
    python.distributions.push_back(
        {.name = name, .raw_name = name, .version = version, .origin = 0});
  }
  return python;
}

/// What the executor's agent says, through the same comparison that it makes.
std::vector<Finding> judged(PythonManifest driver,
                            PythonManifest executor,
                            const std::vector<std::string>& critical = {}) {
  Manifest left;
  left.python = std::make_shared<const PythonManifest>(std::move(driver));
  Manifest right;
  right.python = std::make_shared<const PythonManifest>(std::move(executor));
  return judge_differences(compare(left, right), critical);
}

struct PackageCase {
  std::string name;
  std::string package;
  std::string driver;    // empty: not there
  std::string executor;  // likewise
  std::string code;      // empty: no finding
  Severity severity = Severity::info;
  std::vector<std::string> critical = {};
};

class PackageDifferences : public testing::TestWithParam<PackageCase> {};

TEST_P(PackageDifferences, AreJudgedByWhatWillBreak) {
  const PackageCase& row = GetParam();
  const auto side = [&](const std::string& version) {
    return version.empty() ? a_python({}) : a_python({{row.package, version}});
  };

  const std::vector<Finding> findings = judged(side(row.driver), side(row.executor), row.critical);

  if (row.code.empty()) {
    EXPECT_TRUE(findings.empty()) << findings.front().code;
    return;
  }
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, row.code);
  EXPECT_EQ(findings[0].severity, row.severity);
  EXPECT_EQ(findings[0].subject, row.package);
  if (!row.driver.empty()) {
    EXPECT_THAT(findings[0].message, HasSubstr(row.driver));
    EXPECT_EQ(findings[0].expected, row.driver);
  }
  if (!row.executor.empty()) {
    EXPECT_THAT(findings[0].message, HasSubstr(row.executor));
    EXPECT_EQ(findings[0].actual, row.executor);
  }
  EXPECT_FALSE(findings[0].effect.empty());
  EXPECT_FALSE(findings[0].fix.empty());
}

constexpr auto kError = Severity::error;
constexpr auto kWarning = Severity::warning;
constexpr auto kInfo = Severity::info;
const std::string kDiffers(codes::kPackageDiffers.code);
const std::string kMissing(codes::kPackageMissing.code);

INSTANTIATE_TEST_SUITE_P(
    Table,
    PackageDifferences,
    testing::Values(
        PackageCase{"equal", "numpy", "1.26.4", "1.26.4", ""},
        PackageCase{"equal_spelled_otherwise", "numpy", "1.26", "1.26.0", ""},
        PackageCase{"numpy_major", "numpy", "1.26.4", "2.1.0", kDiffers, kError},
        PackageCase{"numpy_minor", "numpy", "1.26.4", "1.25.2", kDiffers, kWarning},
        PackageCase{"numpy_micro", "numpy", "1.26.4", "1.26.3", kDiffers, kInfo},
        PackageCase{"numpy_other_build", "numpy", "1.26.4", "1.26.4+mkl", kDiffers, kWarning},
        PackageCase{"pandas_major", "pandas", "1.5.3", "2.0.3", kDiffers, kError},
        PackageCase{"pandas_minor", "pandas", "2.1.4", "2.2.3", kDiffers, kError},
        PackageCase{"pandas_micro", "pandas", "2.2.2", "2.2.3", kDiffers, kInfo},
        PackageCase{"pyarrow_major", "pyarrow", "14.0.0", "18.1.0", kDiffers, kWarning},
        PackageCase{"pyarrow_minor", "pyarrow", "18.0.0", "18.1.0", kDiffers, kInfo},
        PackageCase{"scikit_learn_minor", "scikit-learn", "1.4.0", "1.5.0", kDiffers, kWarning},
        PackageCase{"protobuf_micro", "protobuf", "5.28.2", "5.28.3", kDiffers, kWarning},
        PackageCase{"any_major", "mylib", "1.0", "2.0", kDiffers, kWarning},
        PackageCase{"any_minor", "mylib", "1.0", "1.1", kDiffers, kInfo},
        PackageCase{"any_legacy", "mylib", "1.0_dev-x", "1.0_dev-y", kDiffers, kWarning},
        PackageCase{"critical_minor", "mylib", "1.0", "1.1", kDiffers, kError, {"MyLib"}},
        PackageCase{"critical_micro", "mylib", "1.0.0", "1.0.1", kDiffers, kInfo, {"mylib"}},
        PackageCase{"tools_major", "pip", "23.0.1", "24.2", kDiffers, kInfo},
        PackageCase{"missing", "mylib", "1.0", "", kMissing, kWarning},
        PackageCase{"missing_critical", "my-lib", "1.0", "", kMissing, kError, {"My_Lib"}},
        PackageCase{"missing_watched", "pandas", "2.2.3", "", kMissing, kError},
        PackageCase{"missing_tool", "setuptools", "66.1.1", "", kMissing, kInfo},
        PackageCase{"extra", "mylib", "", "1.0", std::string(codes::kPackageExtra.code), kInfo}),
    [](const auto& row) { return row.param.name; });

TEST(PackageDifferences, NumpyTwoOnTheDriverBreaksInTheWorkerAndOneOnTheDriver) {
  const auto two_one = judged(a_python({{"numpy", "2.1.0"}}), a_python({{"numpy", "1.26.4"}}));
  const auto one_two = judged(a_python({{"numpy", "1.26.4"}}), a_python({{"numpy", "2.1.0"}}));

  ASSERT_EQ(two_one.size(), 1U);
  EXPECT_THAT(two_one[0].effect, HasSubstr("No module named 'numpy._core' in the worker"));
  EXPECT_THAT(two_one[0].fix, HasSubstr("pip install numpy==2.1.0"));
  ASSERT_EQ(one_two.size(), 1U);
  EXPECT_THAT(one_two[0].effect, HasSubstr("No module named 'numpy._core' on the driver"));
}

TEST(PackageDifferences, EqualVersionsOfAnotherCommitAreToldApart) {
  PythonManifest driver = a_python({{"mylib", "1.0"}});
  PythonManifest executor = driver;
  driver.distributions[0].direct_url =
      DirectUrl{.url = "git+https://git.example/mylib", .commit = "aaaa"};
  executor.distributions[0].direct_url =
      DirectUrl{.url = "git+https://git.example/mylib", .commit = "bbbb"};

  const auto warned = judged(driver, executor);
  const auto critical = judged(driver, executor, {"mylib"});

  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].code, codes::kPackageContent.code);
  EXPECT_EQ(warned[0].severity, Severity::warning);
  EXPECT_EQ(warned[0].expected, "commit aaaa");
  EXPECT_EQ(warned[0].actual, "commit bbbb");
  ASSERT_EQ(critical.size(), 1U);
  EXPECT_EQ(critical[0].severity, Severity::error);
}

struct InterpreterCase {
  std::string name;
  std::string PythonManifest::*member;
  std::string executor;
  std::string code;  // empty: no finding
  Severity severity = Severity::error;
};

class InterpreterDifferences : public testing::TestWithParam<InterpreterCase> {};

TEST_P(InterpreterDifferences, AreJudgedByWhatSparkChecks) {
  PythonManifest executor = a_python({});
  executor.*GetParam().member = GetParam().executor;

  const std::vector<Finding> findings = judged(a_python({}), executor);

  if (GetParam().code.empty()) {
    EXPECT_TRUE(findings.empty());
    return;
  }
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, GetParam().code);
  EXPECT_EQ(findings[0].severity, GetParam().severity);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    InterpreterDifferences,
    testing::Values(
        InterpreterCase{
            "minor", &PythonManifest::version, "3.12.1", "python.version.minor-differs"},
        InterpreterCase{"micro",
                        &PythonManifest::version,
                        "3.11.9",
                        "python.version.micro-differs",
                        Severity::warning},
        InterpreterCase{"micro_not_told", &PythonManifest::version, "3.11", ""},
        InterpreterCase{"implementation",
                        &PythonManifest::implementation,
                        "pypy",
                        "python.implementation.differs"},
        InterpreterCase{"abi", &PythonManifest::abi, "cp311t", "python.abi.differs"},
        InterpreterCase{"machine", &PythonManifest::machine, "aarch64", "python.machine.differs"},
        InterpreterCase{"machine_not_told", &PythonManifest::machine, "", ""},
        InterpreterCase{"none", &PythonManifest::executable, "", "python.interpreter.missing"}),
    [](const auto& row) { return row.param.name; });

TEST(InterpreterDifferences, AMinorVersionApartIsToldInSparksWords) {
  PythonManifest executor = a_python({});
  executor.version = "3.12.1";

  const std::vector<Finding> findings = judged(a_python({}), executor);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].effect,
            "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12 than that in "
            "driver: 3.11, PySpark cannot run with different minor versions.");
}

struct PySparkCase {
  std::string name;
  std::string PySpark::*member;
  std::string code;
};

class PySparkDifferences : public testing::TestWithParam<PySparkCase> {};

TEST_P(PySparkDifferences, OfAnotherBuildAreErrors) {
  PythonManifest executor = a_python({});
  (*executor.pyspark).*GetParam().member = "1.2.3";

  const std::vector<Finding> findings = judged(a_python({}), executor);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, GetParam().code);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_EQ(findings[0].actual, "1.2.3");
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PySparkDifferences,
    testing::Values(PySparkCase{"pyspark", &PySpark::version, "python.pyspark.differs"},
                    PySparkCase{"py4j", &PySpark::py4j, std::string(codes::kPy4jDiffers.code)},
                    PySparkCase{
                        "cloudpickle", &PySpark::cloudpickle, "python.cloudpickle.differs"}),
    [](const auto& row) { return row.param.name; });

TEST(PySparkDifferences, AnExecutorWithoutOneIsAnError) {
  PythonManifest executor = a_python({});
  executor.pyspark.reset();

  const std::vector<Finding> findings = judged(a_python({}), executor);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, codes::kPysparkMissing.code);
}

TEST(Differences, NothingIsToldToBeMissingFromAnIncompleteInventory) {
  PythonManifest executor = a_python({});
  executor.complete = false;
  executor.incomplete = {"/opt/venv: Permission denied"};
  executor.pyspark.reset();
  PythonManifest without = executor;
  without.executable.clear();

  EXPECT_TRUE(judged(a_python({{"numpy", "1.26.4"}}), executor).empty());
  EXPECT_TRUE(judged(a_python({{"numpy", "1.26.4"}}), without).empty());
}

TEST(Differences, TheWorstComeFirst) {
  const auto findings = judged(a_python({{"aaa", "1.0"}, {"bbb", "1.0"}, {"numpy", "1.26.4"}}),
                               a_python({{"aaa", "1.1"}, {"numpy", "2.0.0"}}));

  std::vector<std::string> subjects;
  for (const Finding& finding : findings) subjects.push_back(finding.subject);
  EXPECT_EQ(subjects, (std::vector<std::string>{"numpy", "bbb", "aaa"}));
}

TEST(Differences, OfOtherAreasAreLeftAlone) {
  const std::vector<Difference> differences{
      {.kind = DifferenceKind::spark_version, .subject = "spark", .driver = "4", .executor = "3"},
      {.kind = DifferenceKind::config_file, .subject = "core-site.xml"}};

  EXPECT_TRUE(judge_differences(differences, {}).empty());
}

TEST(Differences, TextFromAnotherPodIsShownHarmlessly) {
  const auto findings = judged(a_python({{"mylib", "1\x1b[2J"}}), a_python({{"mylib", "2"}}));

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message.find('\x1b'), std::string::npos);
  EXPECT_EQ(findings[0].fix.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace sparkwarden::probes::python
