// SPDX-License-Identifier: Apache-2.0
// Finding the Spark process in a /proc of the test's own.
#include "agent/io/place.hpp"

#include <filesystem>
#include <initializer_list>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace sparkwarden::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExecutor =
    "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend";

std::string joined(std::initializer_list<std::string> words) {
  std::string all;
  for (const std::string& word : words) all += word + '\0';
  return all;
}

class Proc : public testing::Test {
 protected:
  /// A process that was started `ticks` after boot, with a name that proc(5) does not quote.
  void process(int pid,
               std::initializer_list<std::string> command,
               int ticks,
               std::initializer_list<std::string> environment = {}) const {
    const std::string directory = std::to_string(pid);
    place_.write(directory + "/cmdline", joined(command));
    place_.write(directory + "/environ", joined(environment));
    std::string stat = directory + " (a) b c) S";
    for (int field = 4; field < 22; ++field) stat += " 7";
    place_.write(directory + "/stat", stat + " " + std::to_string(ticks) + " 9 9\n");
    fs::create_symlink("/opt/spark/work-dir", path(pid, "cwd"));
  }
  [[nodiscard]] std::string path(int pid, const std::string& name) const {
    return (place_.path() / std::to_string(pid) / name).string();
  }
  [[nodiscard]] Result<Place> find() const { return find_spark_process(place_.path().string()); }
  /// The root that was found, else the code of the error.
  [[nodiscard]] std::string root() const {
    const Result<Place> place = find();
    return place ? place->root : place.error().code;
  }

  tests::TempDir place_;
};

TEST_F(Proc, TheExecutorsJvmIsFoundWithWhatInventoriesNeedOfItsEnvironment) {
  process(1, {"/usr/bin/tini", "-s", "--", "/opt/java/bin/java", kExecutor}, 1);
  process(17,
          {"/opt/java/openjdk/bin/java", "-cp", "/opt/spark/jars/*", kExecutor},
          2,
          {"SPARK_HOME=/opt/spark", "PYSPARK_GATEWAY_SECRET=s3cr3t", "broken", "PATH=/bin"});

  const Result<Place> place = find();

  ASSERT_TRUE(place.has_value()) << place.error().detail;
  const Place expected{.root = path(17, "root"),
                       .environment = {{"PATH", "/bin"}, {"SPARK_HOME", "/opt/spark"}},
                       .working_directory = "/opt/spark/work-dir"};
  EXPECT_EQ(*place, expected);
}

TEST_F(Proc, OfSeveralJvmsTheNewestCountsByTimeAndNotByNumber) {
  process(9, {"java", "org.apache.spark.deploy.SparkSubmit"}, 300);
  process(100, {"java", "org.apache.spark.deploy.SparkSubmit"}, 100);

  EXPECT_EQ(root(), path(9, "root"));
}

TEST_F(Proc, APythonWorkerCountsOnlyWhereThereIsNoJvm) {
  process(20, {"python3", "-m", "pyspark.daemon"}, 500);
  EXPECT_EQ(root(), path(20, "root"));

  process(10, {"java", kExecutor}, 1);
  EXPECT_EQ(root(), path(10, "root"));
}

TEST_F(Proc, AZeppelinInterpreterIsOne) {
  process(
      10, {"/usr/bin/java", "org.apache.zeppelin.interpreter.remote.RemoteInterpreterServer"}, 1);

  EXPECT_EQ(root(), path(10, "root"));
}

TEST_F(Proc, TheAgentOtherJvmsTheLauncherAndZombiesAreNone) {
  process(::getpid(), {"java", kExecutor}, 9);
  process(11, {"/opt/sparkwarden/sparkwarden", "run", "--role", "executor"}, 1);
  process(12, {"java", "-jar", "/opt/app.jar"}, 2);
  process(13, {"java", "-cp", "x", "org.apache.spark.launcher.Main", kExecutor}, 3);
  process(14, {}, 4);
  process(15, {"python3", "-m", "http.server"}, 5);
  place_.write("self/cmdline", joined({"java", kExecutor}));
  fs::create_directory(place_.path() / "16");  // gone while we looked

  EXPECT_EQ(root(), "place.no-process");
}

TEST_F(Proc, AClassPathOfMegabytesHidesNothing) {
  process(10, {"java", "-cp", std::string(2 << 20, 'x'), kExecutor}, 1);
  process(11, {"java", "-cp", std::string(100'000, 'x'), "org.example.Main"}, 2);

  EXPECT_EQ(root(), path(10, "root"));
}

TEST_F(Proc, AHugeEnvironmentIsRead) {
  process(10, {"java", kExecutor}, 1, {"A=" + std::string(2 << 20, 'x'), "JAVA_HOME=/opt/java"});

  const Result<Place> place = find();

  ASSERT_TRUE(place.has_value()) << place.error().detail;
  EXPECT_EQ(place->environment.at("JAVA_HOME"), "/opt/java");
}

TEST_F(Proc, AnEnvironmentThatMayNotBeReadIsNotPermitted) {
  process(10, {"java", kExecutor}, 1);
  fs::remove(path(10, "environ"));
  fs::create_symlink("environ", path(10, "environ"));  // refuses root too

  const Result<Place> place = find();

  ASSERT_FALSE(place.has_value());
  EXPECT_EQ(place.error().code, "place.not-permitted");
  EXPECT_EQ(place.error().subject, path(10, "environ"));
}

TEST_F(Proc, AProcessThatEndsWhileWeLookIsNone) {
  process(10, {"java", kExecutor}, 1);
  fs::remove(path(10, "environ"));

  EXPECT_EQ(root(), "place.no-process");
}

TEST_F(Proc, AStatThatMakesNoSenseOnlyMakesAProcessOld) {
  process(10, {"java", kExecutor}, 1);
  process(11, {"java", kExecutor}, 2);
  for (const char* stat : {"", "11 (java", "11 (java) S 1 2", "11 (java) S      "}) {
    place_.write("11/stat", stat);
    EXPECT_EQ(root(), path(10, "root")) << stat;
  }
}

TEST(Place, NoProcIsNotPermitted) {
  EXPECT_EQ(find_spark_process("/nowhere").error().code, "place.not-permitted");
}

}  // namespace
}  // namespace sparkwarden::io
