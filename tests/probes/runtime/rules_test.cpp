// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/rules.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/verdict.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/measures.hpp"
#include "tests/probes/runtime/show.hpp"

namespace sparkwarden::probes::runtime {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RuntimeManifest installation() {
  return {.spark_home = "/opt/spark",
          .spark = "4.0.1",
          .spark_build = "29434ea766b",
          .scala = "2.13.16",
          .hadoop = "3.4.1",
          .java = "17.0.9",
          .jars = {{"hadoop-client-api-3.4.1.jar", 19'000'000},
                   {"hive-shims-0.23-2.3.10.jar", 8'786},
                   {"hive-shims-2.3.10.jar", 8'195},
                   {"jline-2.14.6.jar", 268'780},
                   {"jline-3.27.1-jdk8.jar", 1'300'000},
                   {"log4j-1.2-api-2.24.3.jar", 300'000},
                   {"log4j-api-2.24.3.jar", 340'000},
                   {"netty-transport-native-epoll-4.1.118.Final-linux-aarch_64.jar", 41'000},
                   {"netty-transport-native-epoll-4.1.118.Final-linux-x86_64.jar", 39'000},
                   {"scala-library-2.13.16.jar", 5'950'000},
                   {"spark-core_2.13-4.0.1.jar", 14'000'000},
                   {"stax-api-1.0-2.jar", 23'346},
                   {"stax-api-1.0.1.jar", 26'514},
                   {"unknown.jar", 1}}};
}

Manifest manifest_of(RuntimeManifest runtime) {
  return {.runtime = std::make_shared<const RuntimeManifest>(std::move(runtime))};
}

/// What an executor's agent says, as the probe does it.
std::vector<Finding> between(const RuntimeManifest& driver, const RuntimeManifest& executor) {
  return judge_differences(compare(manifest_of(driver), manifest_of(executor)));
}

RuntimeManifest with_jar(const std::string& name, std::uint64_t bytes = 1) {
  RuntimeManifest runtime = installation();
  runtime.jars.push_back({name, bytes});
  return runtime;
}

auto finding(const Code& row, Severity severity) {
  return AllOf(Field(&Finding::code, row.code), Field(&Finding::severity, severity));
}

// --- one installation ---

TEST(Installation, AReleaseOfSparkIsFine) {
  const Observed seen = judge_installation(installation());

  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_EQ(judge(seen), Verdict::pass);
}

struct InstallationCase {
  const char* name;
  RuntimeManifest runtime;
  const Code* code;
  std::string message;
};

template <typename Change>
RuntimeManifest changed(Change change) {
  RuntimeManifest runtime = installation();
  change(runtime);
  return runtime;
}

class Installations : public testing::TestWithParam<InstallationCase> {};

TEST_P(Installations, HaveOneFinding) {
  const Observed seen = judge_installation(GetParam().runtime);

  ASSERT_THAT(seen.findings, ElementsAre(finding(*GetParam().code, *GetParam().code->severity)));
  EXPECT_EQ(seen.findings[0].message, GetParam().message);
  EXPECT_FALSE(seen.findings[0].effect.empty());
  EXPECT_FALSE(seen.findings[0].fix.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    Installations,
    testing::Values(
        InstallationCase{"no_spark",
                         {.java = "17.0.9"},
                         &codes::kSparkMissing,
                         "SPARK_HOME leads to no directory with jars"},
        InstallationCase{"no_jar",
                         changed([](RuntimeManifest& one) { one.jars.clear(); }),
                         &codes::kSparkMissing,
                         "there is no jar in /opt/spark/jars"},
        InstallationCase{"no_java",
                         changed([](RuntimeManifest& one) { one.java.clear(); }),
                         &codes::kJavaMissing,
                         "neither JAVA_HOME nor the PATH of this image leads to Java"},
        InstallationCase{"spark_4_on_java_11",
                         changed([](RuntimeManifest& one) { one.java = "11.0.21"; }),
                         &codes::kJavaTooOld,
                         "Java is 11.0.21, and Spark 4.0.1 needs at least 17"},
        InstallationCase{"spark_3_on_java_7",
                         changed([](RuntimeManifest& one) {
                           one.spark = "3.5.1-amzn-0";
                           one.java = "1.7.0_80";
                         }),
                         &codes::kJavaTooOld,
                         "Java is 1.7.0_80, and Spark 3.5.1-amzn-0 needs at least 8"},
        InstallationCase{"two_versions",
                         with_jar("hadoop-client-api-3.3.4.jar"),
                         &codes::kJarDuplicate,
                         "hadoop-client-api-3.4.1.jar and hadoop-client-api-3.3.4.jar stand in one "
                         "directory"},
        InstallationCase{"three_versions",
                         changed([](RuntimeManifest& one) {
                           one.jars = {{"a-1.0.jar", 1}, {"a-1.1.jar", 1}, {"a-2.0.jar", 1}};
                         }),
                         &codes::kJarDuplicate,
                         "a-1.0.jar and a-1.1.jar and more of it stand in one directory"},
        InstallationCase{
            "a_jar_for_scala_2_12",
            with_jar("delta-spark_2.12-3.2.0.jar"),
            &codes::kJarScala,
            "delta-spark_2.12-3.2.0.jar was built for Scala 2.12, and this Spark runs on 2.13.16"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Installation, AnOldJavaFailsInItsOwnWords) {
  RuntimeManifest runtime = installation();
  runtime.java = "1.8.0_392";

  const Observed seen = judge_installation(runtime);

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].expected, ">=17");
  EXPECT_EQ(seen.findings[0].actual, "1.8.0_392");
  EXPECT_THAT(seen.findings[0].effect,
              AllOf(HasSubstr("UnsupportedClassVersionError"),
                    HasSubstr("class file version 61.0"),
                    HasSubstr("up to 52.0")));
}

class Fine : public testing::TestWithParam<RuntimeManifest> {};

TEST_P(Fine, HasNoFinding) {
  EXPECT_THAT(judge_installation(GetParam()).findings, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    Fine,
    testing::Values(changed([](RuntimeManifest& one) { one.java = "21.0.2"; }),
                    changed([](RuntimeManifest& one) {
                      one.spark = "3.5.1";
                      one.java = "1.8.0_392";
                    }),
                    changed([](RuntimeManifest& one) { one.spark = "9999999999"; }),
                    changed([](RuntimeManifest& one) { one.java = "unknown"; }),
                    changed([](RuntimeManifest& one) { one.scala = ""; }),
                    with_jar("tasty-core_3-3.3.1.jar"),
                    with_jar("spark-streaming-kafka-0-10_2.13-4.0.1.jar"),
                    with_jar("mine_2.x-1.0.jar"),
                    with_jar("mine_2.-1.0.jar")));

TEST(Installation, WhatCouldNotBeReadIsUnknownAndNothingIsMissing) {
  const RuntimeManifest runtime{.complete = false,
                                .incomplete = {"/opt/spark/jars: Permission denied"}};

  const Observed seen = judge_installation(runtime);

  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_THAT(seen.unlooked,
              ElementsAre(unlooked(
                  codes::kInventoryIncomplete, "spark", "/opt/spark/jars: Permission denied")));
  EXPECT_EQ(judge(seen), Verdict::unknown);
}

TEST(Installation, ThousandsOfReasonsAndOddNamesStayFew) {
  RuntimeManifest runtime = installation();
  runtime.complete = false;
  runtime.incomplete.assign(5'000, "/x: \x1b[31m");
  for (int i = 0; i < 5'000; ++i) {
    for (const char* version : {"-1.0.jar", "-2.0.jar"}) {
      runtime.jars.push_back({"evil\x1b" + std::to_string(i) + version, 1});
    }
  }

  const Observed seen = judge_installation(runtime);

  EXPECT_EQ(seen.unlooked.size(), kFindingsPerCode);
  EXPECT_EQ(seen.findings.size(), kFindingsPerCode);
  for (const Finding& one : seen.findings) {
    EXPECT_THAT(one.subject + one.message, Not(HasSubstr("\x1b")));
  }
}

// --- beside the driver's ---

TEST(Differences, EqualInstallationsHaveNone) {
  EXPECT_THAT(between(installation(), installation()), IsEmpty());
}

struct DifferenceCase {
  const char* name;
  RuntimeManifest driver;
  RuntimeManifest executor;
  const Code* code;
  Severity severity;
  std::string message;
};

template <typename Member>
DifferenceCase value(const char* name,
                     Member member,
                     const char* driver,
                     const char* executor,
                     const Code& code,
                     Severity severity,
                     std::string message) {
  DifferenceCase one{name, installation(), installation(), &code, severity, std::move(message)};
  one.driver.*member = driver;
  one.executor.*member = executor;
  return one;
}

class Differing : public testing::TestWithParam<DifferenceCase> {};

TEST_P(Differing, IsOneFinding) {
  const std::vector<Finding> findings = between(GetParam().driver, GetParam().executor);

  ASSERT_THAT(findings, ElementsAre(finding(*GetParam().code, GetParam().severity)));
  EXPECT_EQ(findings[0].message, GetParam().message);
  EXPECT_FALSE(findings[0].effect.empty());
}

using R = RuntimeManifest;

INSTANTIATE_TEST_SUITE_P(
    Versions,
    Differing,
    testing::Values(value("spark_minor",
                          &R::spark,
                          "4.0.1",
                          "3.5.1",
                          codes::kSparkDiffers,
                          Severity::error,
                          "Spark is 4.0.1 on the driver and 3.5.1 here"),
                    value("spark_patch",
                          &R::spark,
                          "4.0.1",
                          "4.0.0",
                          codes::kSparkDiffers,
                          Severity::error,
                          "Spark is 4.0.1 on the driver and 4.0.0 here"),
                    value("spark_vendor_release",
                          &R::spark,
                          "3.5.1-amzn-0",
                          "3.4.1-amzn-2",
                          codes::kSparkDiffers,
                          Severity::error,
                          "Spark is 3.5.1-amzn-0 on the driver and 3.4.1-amzn-2 here"),
                    value("spark_vendor",
                          &R::spark,
                          "3.5.1",
                          "3.5.1-amzn-0",
                          codes::kSparkDiffers,
                          Severity::warning,
                          "Spark is 3.5.1 on the driver and 3.5.1-amzn-0 here"),
                    value("build",
                          &R::spark_build,
                          "29434ea766b",
                          "1a2b3c4d5e6",
                          codes::kBuildDiffers,
                          Severity::warning,
                          "the git revision of Spark is 29434ea766b on the driver and 1a2b3c4d5e6 "
                          "here"),
                    value("build_by_whole_revisions",
                          &R::spark_build,
                          "29434ea766b29434ea766b29434ea766b29434ea",
                          "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b",
                          codes::kBuildDiffers,
                          Severity::warning,
                          "the git revision of Spark is 29434ea766b2 on the driver and "
                          "1a2b3c4d5e6f here"),
                    value("scala_binary",
                          &R::scala,
                          "2.13.16",
                          "2.12.18",
                          codes::kScalaDiffers,
                          Severity::error,
                          "Scala is 2.13.16 on the driver and 2.12.18 here"),
                    value("scala_patch",
                          &R::scala,
                          "2.13.16",
                          "2.13.8",
                          codes::kScalaDiffers,
                          Severity::warning,
                          "Scala is 2.13.16 on the driver and 2.13.8 here"),
                    value("hadoop",
                          &R::hadoop,
                          "3.4.1",
                          "3.3.4",
                          codes::kHadoopDiffers,
                          Severity::warning,
                          "Hadoop's client is 3.4.1 on the driver and 3.3.4 here"),
                    value("java_older",
                          &R::java,
                          "17.0.9",
                          "11.0.21",
                          codes::kJavaDiffers,
                          Severity::error,
                          "Java is 17.0.9 on the driver and 11.0.21 here"),
                    value("java_older_8",
                          &R::java,
                          "11.0.21",
                          "1.8.0_392",
                          codes::kJavaDiffers,
                          Severity::error,
                          "Java is 11.0.21 on the driver and 1.8.0_392 here"),
                    value("java_newer",
                          &R::java,
                          "17.0.9",
                          "21.0.2",
                          codes::kJavaDiffers,
                          Severity::warning,
                          "Java is 17.0.9 on the driver and 21.0.2 here"),
                    value("java_patch",
                          &R::java,
                          "1.8.0_392",
                          "1.8.0_402",
                          codes::kJavaDiffers,
                          Severity::info,
                          "Java is 1.8.0_392 on the driver and 1.8.0_402 here")),
    [](const auto& one) { return std::string(one.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Jars,
    Differing,
    testing::Values(DifferenceCase{"missing",
                                   with_jar("iceberg-spark-runtime-4.0_2.13-1.10.0.jar"),
                                   installation(),
                                   &codes::kJarMissing,
                                   Severity::warning,
                                   "iceberg-spark-runtime-4.0_2.13-1.10.0.jar is on the driver and "
                                   "not here"},
                    DifferenceCase{"extra",
                                   installation(),
                                   with_jar("xz-1.10.jar"),
                                   &codes::kJarExtra,
                                   Severity::info,
                                   "xz-1.10.jar is here and not on the driver"},
                    DifferenceCase{"version",
                                   with_jar("xz-1.10.jar"),
                                   with_jar("xz-1.9.jar"),
                                   &codes::kJarVersion,
                                   Severity::warning,
                                   "xz is 1.10 on the driver and 1.9 here"},
                    DifferenceCase{"content",
                                   with_jar("mine-1.0.jar", 10),
                                   with_jar("mine-1.0.jar", 11),
                                   &codes::kJarContent,
                                   Severity::warning,
                                   "mine-1.0.jar is 10 bytes on the driver and 11 bytes here"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Differences, ARevisionCutShorterIsTheSame) {
  RuntimeManifest executor = installation();
  executor.spark_build = "29434ea";

  EXPECT_THAT(between(installation(), executor), IsEmpty());
}

TEST(Differences, AnOlderJavaIsToldInTheWordsOfTheJvm) {
  RuntimeManifest executor = installation();
  executor.java = "11.0.21";

  const std::vector<Finding> findings = between(installation(), executor);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].effect,
              AllOf(HasSubstr("java.lang.UnsupportedClassVersionError"),
                    HasSubstr("class file version 61.0"),
                    HasSubstr("up to 55.0")));
  EXPECT_EQ(findings[0].expected, "17.0.9");
  EXPECT_EQ(findings[0].actual, "11.0.21");
}

TEST(Differences, TheWorstComesFirst) {
  RuntimeManifest executor = with_jar("xz-1.10.jar");
  executor.java = "17.0.10";
  executor.hadoop = "3.3.4";
  executor.scala = "2.12.18";

  EXPECT_THAT(between(installation(), executor),
              ElementsAre(finding(codes::kScalaDiffers, Severity::error),
                          finding(codes::kHadoopDiffers, Severity::warning),
                          finding(codes::kJavaDiffers, Severity::info),
                          finding(codes::kJarExtra, Severity::info)));
}

TEST(Differences, WhatOneSideCannotTellIsNone) {
  EXPECT_THAT(between(installation(), RuntimeManifest{.complete = false}), IsEmpty());
  EXPECT_THAT(between(RuntimeManifest{}, installation()), IsEmpty());
}

TEST(Differences, OtherProbesKindsAreLeftAlone) {
  std::vector<Difference> others;
  for (const DifferenceKind kind : {DifferenceKind::python_version,
                                    DifferenceKind::pyspark_missing,
                                    DifferenceKind::package_content,
                                    DifferenceKind::config_file}) {
    others.push_back({.kind = kind, .subject = "x", .driver = "1", .executor = "2"});
  }

  EXPECT_THAT(judge_differences(others), IsEmpty());
}

TEST(Differences, NamesFromAnotherPodAreShownSafely) {
  const std::vector<Finding> findings =
      between(with_jar("evil\x1b[2J-1.0.jar"), with_jar("evil\x1b[2J-2.0.jar"));

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].subject + findings[0].message + findings[0].fix, Not(HasSubstr("\x1b")));
}

TEST(Measurements, CountJarsAndDifferencesByKindAndSeverity) {
  RuntimeManifest executor = with_jar("a-1.0.jar");
  executor.jars.push_back({"b-1.0.jar", 1});
  executor.spark = "4.0.0";

  const std::vector<Measurement> numbers =
      measurements_of(executor, between(installation(), executor));

  EXPECT_THAT(
      numbers,
      ElementsAre(Measurement{&measures::kJars, {}, 16},
                  Measurement{&measures::kDifferences, {"jar.extra", "info"}, 2},
                  Measurement{&measures::kDifferences, {"spark.version-differs", "error"}, 1}));
}

}  // namespace
}  // namespace sparkwarden::probes::runtime
