// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/python/codes.hpp"
#include "probes/python/floors.hpp"
#include "probes/python/measures.hpp"
#include "probes/python/rules.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

PythonManifest healthy(const std::string& pyspark = "4.0.1") {
  PythonManifest python{.requested = "python3",
                        .executable = "/usr/bin/python3",
                        .implementation = "cpython",
                        .version = "3.11.2"};
  python.pyspark = PySpark{.version = pyspark};
  return python;
}

void install(PythonManifest& python, const std::string& name, const std::string& version) {
  python.distributions.push_back({.name = name, .raw_name = name, .version = version});
}

TEST(Environment, OfAStockImageHasNothingToSay) {
  PythonManifest python = healthy();
  for (const auto& [name, version] : std::map<std::string, std::string>{
           {"numpy", "1.26.4"}, {"pandas", "2.2.3"}, {"pyarrow", "18.0.0"}, {"pip", "23.0.1"}}) {
    install(python, name, version);
  }

  EXPECT_EQ(judge_environment(python), Observed{});
}

struct NoteCase {
  std::string name;
  NoteKind kind;
  std::string code;
  Severity severity = Severity::warning;
};

class Notes : public testing::TestWithParam<NoteCase> {};

TEST_P(Notes, BecomeFindings) {
  PythonManifest python = healthy();
  python.notes = {{GetParam().kind, "the-subject", "the detail"}};

  const Observed seen = judge_environment(python);

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].code, GetParam().code);
  EXPECT_EQ(seen.findings[0].severity, GetParam().severity);
  EXPECT_EQ(seen.findings[0].subject, "the-subject");
  EXPECT_THAT(seen.findings[0].message, HasSubstr("the detail"));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    Notes,
    testing::Values(
        NoteCase{"duplicate", NoteKind::duplicate, "python.package.duplicate"},
        NoteCase{"leftover", NoteKind::leftover, "python.package.leftover"},
        NoteCase{"no_metadata", NoteKind::no_metadata, "python.package.no-metadata"},
        NoteCase{"conflict", NoteKind::version_conflict, "python.package.version-conflict"},
        NoteCase{"invalid", NoteKind::invalid_version, "python.package.invalid-version"},
        NoteCase{"dynamic", NoteKind::dynamic_path, "python.path.dynamic", Severity::info}),
    [](const auto& row) { return row.param.name; });

TEST(Environment, WhatCouldNotBeReadIsUnlookedAndBounded) {
  PythonManifest python = healthy();
  python.complete = false;
  python.incomplete.assign(100, "/opt/venv/lib: Permission denied");

  const Observed seen = judge_environment(python);

  EXPECT_THAT(seen.findings, IsEmpty());
  ASSERT_EQ(seen.unlooked.size(), kFindingsPerCode);
  EXPECT_EQ(seen.unlooked[0].code, codes::kInventoryIncomplete.code);
  EXPECT_EQ(seen.unlooked[0].message, "/opt/venv/lib: Permission denied");
}

TEST(Environment, WithoutPythonIsFineForAJobOfTheJvmAlone) {
  const Observed seen = judge_environment({.requested = "python3"});

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].code, codes::kInterpreterMissing.code);
  EXPECT_EQ(seen.findings[0].severity, Severity::info);
}

TEST(Environment, WithoutTheInterpreterThatWasNamedIsAnError) {
  const Observed seen = judge_environment({.requested = "/opt/venv/bin/python"});

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].severity, Severity::error);
  EXPECT_EQ(seen.findings[0].effect,
            "java.io.IOException: Cannot run program \"/opt/venv/bin/python\": error=2, No such "
            "file or directory");
}

TEST(Environment, WhereAnInterpreterMayBeHiddenNothingIsCertain) {
  const Observed seen = judge_environment(
      {.requested = "python3", .complete = false, .incomplete = {"python3: PATH is not known"}});

  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_EQ(seen.unlooked.size(), 1U);
}

struct FloorCase {
  std::string name;
  std::string pyspark;
  std::string package;
  std::string version;
  std::string code;  // empty: no finding
  Severity severity = Severity::error;
};

class Floors : public testing::TestWithParam<FloorCase> {};

TEST_P(Floors, AreThoseOfTheRelease) {
  const FloorCase& row = GetParam();
  PythonManifest python = healthy(row.pyspark);
  if (row.package == "python") {
    python.version = row.version;
  } else {
    install(python, row.package, row.version);
  }

  const Observed seen = judge_environment(python);

  if (row.code.empty()) {
    EXPECT_THAT(seen.findings, IsEmpty());
    return;
  }
  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].code, row.code);
  EXPECT_EQ(seen.findings[0].severity, row.severity);
  EXPECT_EQ(seen.findings[0].subject, row.package);
  EXPECT_EQ(seen.findings[0].actual, row.version);
}

const std::string kOld(codes::kBelowFloor.code);
const std::string kNew(codes::kTooNew.code);
const std::string kOldPython(codes::kPythonBelowFloor.code);
constexpr auto kWarning = Severity::warning;

INSTANTIATE_TEST_SUITE_P(
    Table,
    Floors,
    testing::Values(FloorCase{"at_the_floor", "4.0.1", "pyarrow", "11.0.0", ""},
                    FloorCase{"below", "4.0.1", "pyarrow", "10.0.1", kOld},
                    FloorCase{"before_a_release_of_it", "4.0.1", "pyarrow", "11.0.0rc1", kOld},
                    FloorCase{"of_4_1", "4.1.4", "pyarrow", "14.0.2", kOld},
                    FloorCase{"of_4_2", "4.2.0", "pyarrow", "17.0.0", kOld},
                    FloorCase{"of_4_3", "4.3.0", "numpy", "1.23.1", kOld},
                    FloorCase{"of_a_newer_line", "5.0.0", "numpy", "1.23.1", kOld},
                    FloorCase{"of_a_development_version", "4.1.0.dev1", "pandas", "2.1.4", kOld},
                    FloorCase{"connect_only", "4.0.1", "grpcio", "1.60.0", kOld, kWarning},
                    FloorCase{"numpy_two_with_3_5", "3.5.9", "numpy", "2.0.0", kNew},
                    FloorCase{"numpy_one_with_3_5", "3.5.9", "numpy", "1.26.4", ""},
                    FloorCase{"numpy_two_with_4_0", "4.0.1", "numpy", "2.1.0", ""},
                    FloorCase{"no_version_at_all", "4.0.1", "pandas", "1_x", ""},
                    FloorCase{"older_spark", "3.4.4", "pandas", "0.20", ""},
                    FloorCase{"python_too_old", "4.1.0", "python", "3.9.18", kOldPython, kWarning},
                    FloorCase{"python_minor_alone", "4.3.0", "python", "3.11", ""}),
    [](const auto& row) { return row.param.name; });

struct WordsCase {
  std::string name;
  std::string pyspark;
  std::string package;
  std::string effect;
};

class FloorWords : public testing::TestWithParam<WordsCase> {};

TEST_P(FloorWords, ArePySparksOwn) {
  PythonManifest python = healthy(GetParam().pyspark);
  install(python, GetParam().package, "0.9");

  const Observed seen = judge_environment(python);

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_THAT(seen.findings[0].effect, HasSubstr(GetParam().effect));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FloorWords,
    testing::Values(
        WordsCase{"of_4_1",
                  "4.1.4",
                  "pyarrow",
                  "[UNSUPPORTED_PACKAGE_VERSION] PyArrow >= 15.0.0 must be installed; however, "
                  "your version is 0.9."},
        WordsCase{"of_3_5",
                  "3.5.9",
                  "pandas",
                  "ImportError: Pandas >= 1.0.5 must be installed; however, your version was 0.9."},
        WordsCase{"not_checked_by_3_5", "3.5.9", "numpy", "ImportError or AttributeError"},
        WordsCase{"of_connect", "4.1.4", "grpcio", "classic PySpark does not use it"}),
    [](const auto& row) { return row.param.name; });

TEST(Measurements, CountPackagesAndDifferencesByKind) {
  PythonManifest python = healthy();
  install(python, "numpy", "1.26.4");
  install(python, "pandas", "2.2.3");
  const std::vector<Finding> differences{found(codes::kPackageMissing, "a", "m"),
                                         found(codes::kPackageMissing, "b", "m"),
                                         found(codes::kMinorDiffers, "python", "m")};

  EXPECT_EQ(
      measurements_of(python, differences),
      (std::vector<Measurement>{{&measures::kPackages, {}, 2},
                                {&measures::kDifferences, {"package.missing", "warning"}, 2},
                                {&measures::kDifferences, {"version.minor-differs", "error"}, 1}}));
}

}  // namespace
}  // namespace sparkwarden::probes::python
