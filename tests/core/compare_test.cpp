// SPDX-License-Identifier: Apache-2.0
#include "agent/core/compare.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = DifferenceKind;

PythonManifest python(std::vector<Distribution> distributions = {}) {
  return {.executable = "/usr/bin/python3",
          .implementation = "cpython",
          .version = "3.11.2",
          .abi = "cp311",
          .machine = "x86_64",
          .pyspark = PySpark{.version = "4.0.1", .py4j = "0.10.9.9", .cloudpickle = "3.1.1"},
          .distributions = std::move(distributions)};
}

RuntimeManifest runtime(std::vector<Jar> jars = {{"xz-1.10.jar", 1}}) {
  return {.spark_home = "/opt/spark",
          .spark = "4.0.1",
          .spark_build = "a1",
          .scala = "2.13.16",
          .hadoop = "3.4.1",
          .java = "17.0.9",
          .jars = std::move(jars)};
}

Manifest with(PythonManifest section) {
  return {.python = std::make_shared<const PythonManifest>(std::move(section))};
}

Manifest with(RuntimeManifest section) {
  return {.runtime = std::make_shared<const RuntimeManifest>(std::move(section))};
}

Distribution package(std::string name, std::string version) {
  return {.name = name, .raw_name = name, .version = std::move(version)};
}

TEST(Compare, EqualPodsDoNotDiffer) {
  EXPECT_THAT(
      compare(with(python({package("numpy", "1.0")})), with(python({package("numpy", "1.0.0")}))),
      IsEmpty());
  EXPECT_THAT(compare(with(runtime()), with(runtime())), IsEmpty());
}

TEST(Compare, PackagesAreHeldAgainstEachOtherByName) {
  const Manifest driver =
      with(python({package("mylib", "1"), package("numpy", "1.26.4"), package("torch", "2.1.0")}));
  const Manifest executor = with(
      python({package("extra", "3"), package("numpy", "2.1.0"), package("torch", "2.1.0+cu121")}));

  EXPECT_THAT(
      compare(driver, executor),
      ElementsAre(
          Difference{.kind = Kind::package_missing, .subject = "mylib", .driver = "1"},
          Difference{.kind = Kind::package_extra, .subject = "extra", .executor = "3"},
          Difference{Kind::package_version, "numpy", "1.26.4", "2.1.0", VersionPart::major},
          Difference{Kind::package_version, "torch", "2.1.0", "2.1.0+cu121", VersionPart::local}));
}

TEST(Compare, EqualVersionsCanBeOfOtherContent) {
  Distribution theirs = package("mylib", "1");
  Distribution ours = theirs;
  theirs.direct_url = DirectUrl{.url = "https://example.org/m.git", .commit = "aaaa"};
  ours.direct_url = DirectUrl{.url = "https://example.org/m.git", .commit = "bbbb"};

  EXPECT_THAT(
      compare(with(python({theirs})), with(python({ours}))),
      ElementsAre(Difference{
          Kind::package_content, "mylib", "commit aaaa", "commit bbbb", VersionPart::none}));
}

TEST(Compare, TheInterpreterIsComparedAsFarAsBothCanTell) {
  PythonManifest minor_only = python();
  minor_only.version = "3.11";
  PythonManifest other = python();
  other.version = "3.12.1";
  other.abi = "cp312";
  other.machine = "aarch64";
  PythonManifest free_threaded = python();
  free_threaded.abi = "cp311t";

  EXPECT_THAT(compare(with(python()), with(minor_only)), IsEmpty());
  EXPECT_THAT(
      compare(with(python()), with(other)),
      ElementsAre(
          Difference{Kind::python_version, "python", "3.11.2", "3.12.1", VersionPart::minor},
          Difference{Kind::python_machine, "python", "x86_64", "aarch64", VersionPart::none}));
  EXPECT_THAT(
      compare(with(python()), with(free_threaded)),
      ElementsAre(Difference{
          .kind = Kind::python_abi, .subject = "python", .driver = "cp311", .executor = "cp311t"}));
}

TEST(Compare, WithoutAnInterpreterNothingElseIsToldMissing) {
  EXPECT_THAT(compare(with(python({package("numpy", "1")})), with(PythonManifest{})),
              ElementsAre(Difference{
                  .kind = Kind::python_missing, .subject = "python", .driver = "3.11.2"}));
}

TEST(Compare, WhatAnIncompleteInventoryLacksMayBeThere) {
  PythonManifest partly = python();
  partly.complete = false;
  partly.pyspark.reset();

  EXPECT_THAT(compare(with(python({package("numpy", "1")})), with(partly)), IsEmpty());
}

TEST(Compare, PysparkAndWhatItBrings) {
  PythonManifest other = python();
  other.pyspark = PySpark{.version = "3.5.3", .py4j = "0.10.9.7", .cloudpickle = "2.2.1"};

  const std::vector<Difference> differences = compare(with(python()), with(other));

  ASSERT_EQ(differences.size(), 3U);
  EXPECT_EQ(differences[0].kind, Kind::pyspark_version);
  EXPECT_EQ(differences[1].kind, Kind::pyspark_py4j);
  EXPECT_EQ(differences[2].kind, Kind::pyspark_cloudpickle);
}

TEST(Compare, JarsArePairedByArtefact) {
  const Manifest driver = with(runtime({{"spark-core_2.13-4.0.1.jar", 1},
                                        {"hadoop-aws-3.4.1.jar", 1},
                                        {"guava-14.0.1.jar", 1},
                                        {"xz-1.10.jar", 1}}));
  const Manifest executor = with(runtime({{"spark-core_2.13-4.0.1.jar", 2},
                                          {"guava-32.0.jar", 1},
                                          {"mine.jar", 1},
                                          {"xz-1.10.jar", 1}}));

  EXPECT_THAT(
      compare(driver, executor),
      ElementsAre(
          Difference{.kind = Kind::jar_missing,
                     .subject = "hadoop-aws-3.4.1.jar",
                     .driver = "hadoop-aws-3.4.1.jar"},
          Difference{.kind = Kind::jar_extra, .subject = "mine.jar", .executor = "mine.jar"},
          Difference{Kind::jar_version, "guava", "14.0.1", "32.0", VersionPart::major},
          Difference{Kind::jar_content,
                     "spark-core_2.13-4.0.1.jar",
                     "1 bytes",
                     "2 bytes",
                     VersionPart::none}));
}

TEST(Compare, ConfigurationOnlyWhereBothHaveTheFile) {
  const Manifest driver{.config = {{"core-site.xml", "a"}, {"spark-defaults.conf", "b"}}};
  const Manifest executor{.config = {{"core-site.xml", "c"}}};

  EXPECT_THAT(
      compare(driver, executor),
      ElementsAre(Difference{Kind::config_file, "core-site.xml", "a", "c", VersionPart::none}));
}

struct JarCase {
  std::string file;
  std::string artefact;
  std::string version;
};

class JarNames : public testing::TestWithParam<JarCase> {};

TEST_P(JarNames, AreSplitWhereTheVersionStands) {
  const JarName expected{.artefact = GetParam().artefact, .version = GetParam().version};

  EXPECT_EQ(split_jar_name(GetParam().file), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    JarNames,
    testing::Values(JarCase{"spark-core_2.13-4.0.1.jar", "spark-core_2.13", "4.0.1"},
                    JarCase{"xz-1.10.jar", "xz", "1.10"},
                    JarCase{"jakarta.servlet-api-4.0.3.jar", "jakarta.servlet-api", "4.0.3"},
                    JarCase{"snappy-java-1.1.10.7.jar", "snappy-java", "1.1.10.7"},
                    JarCase{"javax.jdo-3.2.0-m3.jar", "javax.jdo", "3.2.0-m3"},
                    JarCase{"netty-transport-native-epoll-4.1.118.Final-linux-x86_64.jar",
                            "netty-transport-native-epoll-linux-x86_64",
                            "4.1.118.Final"},
                    JarCase{"mine.jar", "mine", ""},
                    JarCase{"-.jar", "-", ""},
                    JarCase{"", "", ""}));

}  // namespace
}  // namespace sparkwarden
