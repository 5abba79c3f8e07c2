// SPDX-License-Identifier: Apache-2.0
// The commands of the real binary: what they print, and their exit codes.
#include <filesystem>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/spark_image.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;

TEST(Commands, VersionAndHelp) {
  EXPECT_EQ(run_sparkwarden({"--version"}).out, "sparkwarden " SPARKWARDEN_VERSION "\n");
  for (const char* command : {"run", "check", "wait", "exec", "explain", "install", "config"}) {
    const Finished help = run_sparkwarden({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("Example:\n  ")) << command;
  }
}

TEST(Commands, UsageErrorsExitWithTwo) {
  EXPECT_EQ(run_sparkwarden({"chekc"}).code, 2);
  EXPECT_EQ(run_sparkwarden({"check", "--format", "xml"}).code, 2);
  EXPECT_EQ(run_sparkwarden({"check", "--role", "driver", "--only", "nfs"}).code, 2);
  EXPECT_EQ(run_sparkwarden({"wait", "--timeout", "5"}).code, 2);
  EXPECT_EQ(run_sparkwarden({"wait", "--timeout", "9999999h"}).code, 2) << "not at once";
  EXPECT_EQ(run_sparkwarden({"wait", "--url", "ftp://x/"}).code, 2);
  EXPECT_EQ(run_sparkwarden({"install"}).code, 2);
}

TEST(Check, WithoutARoleListsTheRoles) {
  const Finished check = run_sparkwarden({"check"});

  EXPECT_EQ(check.code, 2);
  EXPECT_THAT(check.err,
              HasSubstr("driver, executor, interpreter, connect-server, zeppelin-server"));
}

TEST(Check, FindingsOutweighWhatCouldNotBeLookedAt) {
  const TempDir place;
  const std::string conf = place.write("root/opt/spark/conf/core-site.xml", "<configuration>\n");
  const std::map<std::string, std::string> world{
      {"SPARKWARDEN_PATHS_ROOT", (place.path() / "root").string()}};

  const Finished both = run_sparkwarden({"check", "--role", "driver"}, world);
  const Finished storage =
      run_sparkwarden({"check", "--role", "driver", "--only", "storage"}, world);

  EXPECT_EQ(both.code, 1) << both.out;
  EXPECT_THAT(both.out, HasSubstr(conf + ":2:1: error[config.core-site.malformed]"));
  EXPECT_EQ(storage.code, 3) << storage.out;
}

TEST(Check, KnowsTheFormatsOfLint) {
  const TempDir place;
  place.write("root/opt/spark/conf/core-site.xml", "<configuration>\n");
  const std::map<std::string, std::string> world{
      {"SPARKWARDEN_PATHS_ROOT", (place.path() / "root").string()}};

  for (const char* format : {"short", "sarif", "junit", "github", "gcc"}) {
    const Finished check = run_sparkwarden(
        {"check", "--role", "driver", "--only", "config", "--format", format}, world);

    EXPECT_EQ(check.code, 1) << format;
    EXPECT_THAT(check.out, HasSubstr("config.core-site.malformed")) << format;
  }
}

TEST(Check, StrictCountsWarnings) {
  const TempDir place;
  place.write("root/opt/spark/conf/spark-defaults.conf", "hive.metastore.uris thrift://h:9083\n");
  const std::map<std::string, std::string> world{
      {"SPARKWARDEN_PATHS_ROOT", (place.path() / "root").string()}};
  const std::vector<std::string> check{"check", "--role", "driver", "--only", "config"};
  std::vector<std::string> strict = check;
  strict.emplace_back("--strict");

  EXPECT_EQ(run_sparkwarden(check, world).code, 0);
  EXPECT_EQ(run_sparkwarden(strict, world).code, 1);
}

TEST(Check, SettingsAreJudgedForTheSparkThatTheInventoryFound) {
  const TempDir place;
  const SparkImage image(place.path() / "root");  // Spark 4.0.1
  place.write("root/opt/spark/conf/spark-defaults.conf",
              "spark.kubernetes.pyspark.pythonVersion 3\n"
              "spark.jars.packages org.apache.spark:spark-core_2.13:4.0.1\n");

  const Finished check = run_sparkwarden(
      {"check", "--role", "driver", "--only", "config", "--format", "short"},
      {{"SPARKWARDEN_PATHS_ROOT", image.root()}, {"SPARKWARDEN_PROBES_RUNTIME_SOURCE", "root"}});

  EXPECT_THAT(check.out, HasSubstr("spark-defaults.conf:1:1: warning[config.key.version]"));
  EXPECT_THAT(check.out, HasSubstr("spark-defaults.conf:2:21: warning[config.jar.baked-in]"));
}

TEST(Check, JsonIsTheOnlyThingOnStdout) {
  const Finished check = run_sparkwarden({"check", "--role", "driver", "--format", "json"});

  EXPECT_THAT(check.out, testing::StartsWith("{\"version\":1,"));
  EXPECT_THAT(check.out, testing::EndsWith("}\n"));
}

TEST(Explain, PrintsTheSectionOfACodeAndNothingElse) {
  const Finished explain = run_sparkwarden({"explain", "agent.run.stale"});

  EXPECT_EQ(explain.code, 0);
  EXPECT_THAT(explain.out, testing::StartsWith("## agent.run.stale\n"));
  EXPECT_THAT(explain.out, testing::Not(HasSubstr("## agent.run.deadline")));
}

TEST(Explain, GuessesAndExitsWithTwoForAnUnknownCode) {
  const Finished explain = run_sparkwarden({"explain", "agent.run.stall"});

  EXPECT_EQ(explain.code, 2);
  EXPECT_THAT(explain.err, HasSubstr("did you mean `agent.run.stale`?"));
}

TEST(Install, WritesARunnableCopyWholeAndMakesTheDirectory) {
  const TempDir place;
  const std::string copy = (place.path() / "bin/sparkwarden").string();

  const Finished install = run_sparkwarden({"install", copy});

  EXPECT_EQ(install.code, 0) << install.err;
  EXPECT_EQ(std::filesystem::file_size(copy), std::filesystem::file_size(SPARKWARDEN_BINARY));
  struct stat status {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0755u);
  EXPECT_FALSE(std::filesystem::exists(copy + ".tmp"));
}

TEST(Install, AnUnwritablePlaceExitsWithThree) {
  EXPECT_EQ(run_sparkwarden({"install", "/proc/sparkwarden"}).code, 3);
}

TEST(ConfigCommand, ShowsEachValueWithItsOrigin) {
  const Finished show = run_sparkwarden({"config", "show", "--role", "executor"},
                                        {{"SPARKWARDEN_GATE_MODE", "enforce"}});

  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_THAT(show.out, testing::ContainsRegex("gate.mode +enforce +# SPARKWARDEN_GATE_MODE"));
  EXPECT_THAT(show.out, testing::ContainsRegex("role +executor +# --role"));
  EXPECT_THAT(show.out, testing::ContainsRegex("listen.port +9797 +# default"));
}

TEST(ConfigCommand, ShowsNoPasswordOfAUrl) {
  const TempDir place;
  const std::string file = place.write(
      "agent.yaml", "probes: {peers: {driver_url: \"http://spark:hunter2@driver:9797\"}}\n");

  const Finished show = run_sparkwarden({"config", "show", "--config", file});

  EXPECT_THAT(show.out, testing::ContainsRegex("peers.driver_url +\"http://[*]+@driver:9797\""));
  EXPECT_THAT(show.out, Not(HasSubstr("hunter2")));
}

TEST(ConfigCommand, ValidateNamesEveryProblemOfANamedFile) {
  const TempDir place;
  const std::string file = place.write("agent.yaml", "gate: {mode: strict}\nrole: chef\n");

  const Finished validate = run_sparkwarden({"config", "validate", "--config", file});

  EXPECT_EQ(validate.code, 2);
  EXPECT_THAT(validate.err, HasSubstr(file + ":1:14: gate.mode: expected one of warn, enforce"));
  EXPECT_THAT(validate.err, HasSubstr(file + ":2:7: role: expected one of driver, executor"));
}

TEST(ConfigCommand, AMissingFileIsAProblemOnlyWhenItIsNamed) {
  EXPECT_EQ(run_sparkwarden({"config", "validate"}).code, 0);
  EXPECT_EQ(run_sparkwarden({"config", "validate", "--config", "/no/such/agent.yaml"}).code, 2);
}

TEST(Wait, WithoutAnAgentDoesAsItIsToldAfterItsTimeout) {
  const TempDir place;
  const std::string message = (place.path() / "message").string();
  // Port 1 of the loopback: nobody listens there.
  const std::vector<std::string> wait{"wait",
                                      "--url",
                                      "http://127.0.0.1:1/startupz",
                                      "--timeout",
                                      "1s",
                                      "--termination-log",
                                      message};
  std::vector<std::string> failing = wait;
  failing.insert(failing.end(), {"--on-timeout", "fail"});

  const Finished open = run_sparkwarden(wait);
  const Finished failed = run_sparkwarden(failing);

  EXPECT_EQ(open.code, 0);
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.err, HasSubstr("no verdict within 1s (http.refused"));
  EXPECT_GT(std::filesystem::file_size(message), 0u);
}

TEST(Wait, WithCheckRunsTheChecksItself) {
  const TempDir place;
  place.write("root/opt/spark/conf/core-site.xml", "<configuration/>\n");
  const std::map<std::string, std::string> world{
      {"SPARKWARDEN_PATHS_ROOT", (place.path() / "root").string()},
      {"SPARKWARDEN_PROBES_STORAGE_ENABLED", "false"},
      {"SPARKWARDEN_PROBES_PYTHON_ENABLED", "false"},
      {"SPARKWARDEN_PROBES_RUNTIME_ENABLED", "false"},
      {"SPARKWARDEN_PROBES_PEERS_ENABLED", "false"}};

  const Finished fit = run_sparkwarden({"wait", "--check", "--role", "executor"}, world);
  place.write("root/opt/spark/conf/core-site.xml", "<configuration>\n");
  const Finished unfit = run_sparkwarden(
      {"wait", "--check", "--role", "executor", "--timeout", "0s", "--on-timeout", "fail"}, world);

  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(unfit.code, 1);
  EXPECT_THAT(unfit.err, HasSubstr("error config.core-site.malformed"));
}

}  // namespace
}  // namespace sparkwarden::tests
