// SPDX-License-Identifier: Apache-2.0
// What the probe `runtime` knows of the installation, in the rules that ask for it.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/probe.hpp"
#include "tests/core/a_run.hpp"
#include "tests/probes/config/told.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/support/run_probe.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Some of the jars of apache/spark:3.5.1 with Iceberg and the Kafka source put into it.
RuntimeManifest an_installation() {
  return {.spark_home = "/opt/spark",
          .spark = "3.5.1",
          .scala = "2.12.18",
          .hadoop = "3.3.4",
          .java = "17.0.9",
          .jars = {{"hadoop-client-api-3.3.4.jar", 19458635},
                   {"iceberg-spark-runtime-3.5_2.12-1.5.2.jar", 41000000},
                   {"netty-transport-native-epoll-4.1.96.Final-linux-x86_64.jar", 40000},
                   {"postgresql.jar", 1080000},
                   {"spark-core_2.12-3.5.1.jar", 13600000},
                   {"spark-sql-kafka-0-10_2.12-3.5.1.jar", 430000}}};
}

std::shared_ptr<const Snapshot> knowing(RuntimeManifest installation) {
  Snapshot snapshot = test::a_snapshot_of({"runtime", "config"});
  snapshot.probes.front().facts.runtime =
      std::make_shared<const RuntimeManifest>(std::move(installation));
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

std::vector<Told> found_by_a_driver(const std::string& defaults,
                                    std::shared_ptr<const Snapshot> before,
                                    settings::Auto<settings::SparkVersion> version = {}) {
  tests::MemoryFiles files;
  files.put(kDefaultsAt, defaults);
  settings::World world;
  world.role = Role::driver;
  world.spark_version = std::move(version);
  ConfigProbe probe(files, world, std::make_shared<Settings>());
  return told(tests::run_probe(probe, std::move(before)).findings);
}

const std::string kPackages =
    "spark.jars.packages "
    "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.6.1,"
    "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.1,"
    "org.postgresql:postgresql:42.7.4,"
    "io.delta:delta-spark_2.12:3.2.0\n";

TEST(SparkInUse, HasJarsThatPackagesBringOnceMore) {
  EXPECT_THAT(found_by_a_driver(kPackages, knowing(an_installation())),
              ElementsAre(Told{"config.jar.baked-in",
                               "warning",
                               "iceberg-spark-runtime-3.5",
                               "spark-defaults.conf:1:21"},
                          Told{"config.jar.baked-in",
                               "warning",
                               "spark-sql-kafka-0-10",
                               "spark-defaults.conf:1:21"}));
  EXPECT_THAT(found_by_a_driver(kPackages, nullptr), IsEmpty());
  EXPECT_THAT(found_by_a_driver(kPackages, knowing({})), IsEmpty());
}

TEST(SparkInUse, SaysWhichKeysAreReadWhateverTheImageIsCalled) {
  const std::string defaults =
      "spark.kubernetes.container.image registry.example.org/jobs:2026-11\n"
      "spark.checkpoint.dir file:///mnt/checkpoints\n";
  const Told not_read{
      "config.key.version", "warning", "spark.checkpoint.dir", "spark-defaults.conf:2:1"};
  RuntimeManifest newer = an_installation();
  newer.spark = "4.0.1";
  RuntimeManifest of_a_vendor = an_installation();
  of_a_vendor.spark = "3.5.1-amzn-0";

  EXPECT_THAT(found_by_a_driver(defaults, knowing(an_installation())), ElementsAre(not_read));
  EXPECT_THAT(found_by_a_driver(defaults, knowing(of_a_vendor)), ElementsAre(not_read));
  EXPECT_THAT(found_by_a_driver(defaults, knowing(newer)), IsEmpty());
  EXPECT_THAT(found_by_a_driver(defaults, nullptr), IsEmpty());
}

TEST(SparkInUse, IsWhatTheSettingsSayBeforeAnythingElse) {
  const std::string wildcard =
      "spark.kubernetes.container.image apache/spark:4.3.0\n"
      "spark.driver.bindAddress 0.0.0.0\n";
  const auto error = ElementsAre(Told{"config.driver.wildcard-address",
                                      "error",
                                      "spark.driver.bindAddress",
                                      "spark-defaults.conf:2:26"});

  EXPECT_THAT(found_by_a_driver(wildcard, knowing(an_installation())), IsEmpty());
  EXPECT_THAT(
      found_by_a_driver(wildcard, knowing(an_installation()), settings::SparkVersion{"4.3"}),
      error);
  EXPECT_THAT(found_by_a_driver(wildcard, nullptr), error);
  EXPECT_THAT(found_by_a_driver(wildcard, nullptr, settings::SparkVersion{"4.2"}), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::config
