// SPDX-License-Identifier: Apache-2.0
// The inventory commands of the real binary: manifest, diff, wait --manifest.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string read(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Manifests : public testing::Test {
 protected:
  [[nodiscard]] std::string manifest_of(const SparkImage& image, const std::string& name) const {
    const std::string path = (place_.path() / name).string();
    const Finished made = run_sparkwarden({"manifest", "--root", image.root(), "--out", path});
    EXPECT_EQ(made.code, 0) << made.err;
    return path;
  }

  TempDir place_;
  SparkImage driver_{place_.path() / "driver"};
  SparkImage executor_{place_.path() / "executor"};
};

TEST_F(Manifests, AnUnpackedImageIsDescribedWithoutRunningAnythingOfIt) {
  const Finished made = run_sparkwarden({"manifest", "--root", driver_.root()});

  EXPECT_EQ(made.code, 0) << made.err;
  const boost::json::value manifest = boost::json::parse(made.out);
  EXPECT_EQ(manifest.at_pointer("/python/executable"), "/usr/local/bin/python3");
  EXPECT_EQ(manifest.at_pointer("/python/version"), "3.11.2");
  EXPECT_EQ(manifest.at_pointer("/python/distributions").as_array().size(), 2U);
  EXPECT_EQ(manifest.at_pointer("/runtime/spark"), "4.0.1");
  EXPECT_EQ(manifest.at_pointer("/runtime/scala"), "2.13.16");
  EXPECT_EQ(manifest.at_pointer("/runtime/java"), "17.0.9");
  EXPECT_EQ(manifest.at_pointer("/runtime/jars").as_array().size(), 3U);
}

TEST_F(Manifests, FreezeIsWhatPipWouldPrint) {
  const Finished made =
      run_sparkwarden({"manifest", "--root", driver_.root(), "--format", "freeze"});

  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, "numpy==1.26.4\npandas==2.2.3\n");
}

TEST_F(Manifests, ARootWithoutPythonOrThatIsNoneIsIncompleteAndSaysWhy) {
  std::filesystem::create_directory(place_.path() / "empty");

  const Finished empty =
      run_sparkwarden({"manifest", "--root", (place_.path() / "empty").string()});
  const Finished missing =
      run_sparkwarden({"manifest", "--root", (place_.path() / "missing").string()});

  EXPECT_EQ(empty.code, 3) << empty.out;
  EXPECT_THAT(empty.err, HasSubstr("python3"));
  EXPECT_EQ(missing.code, 3) << missing.out;
  EXPECT_THAT(missing.err, HasSubstr("No such file or directory"));
  EXPECT_THAT(missing.out, HasSubstr("\"complete\":false"));
}

TEST_F(Manifests, AnUnwritableOutputIsTold) {
  const Finished made =
      run_sparkwarden({"manifest", "--root", driver_.root(), "--out", "/proc/none/manifest.json"});

  EXPECT_EQ(made.code, 3);
  EXPECT_THAT(made.err, HasSubstr("/proc/none/manifest.json"));
}

TEST_F(Manifests, EqualImagesDoNotDiffer) {
  const Finished diff =
      run_sparkwarden({"diff", manifest_of(driver_, "a.json"), manifest_of(executor_, "b.json")});

  EXPECT_EQ(diff.code, 0) << diff.out;
  EXPECT_THAT(diff.err, IsEmpty());
}

TEST_F(Manifests, AMajorVersionOfNumpyApartIsAnErrorWithItsConsequence) {
  executor_.install("numpy", "2.1.0");

  const Finished diff =
      run_sparkwarden({"diff", manifest_of(driver_, "a.json"), manifest_of(executor_, "b.json")});

  EXPECT_EQ(diff.code, 1) << diff.out;
  EXPECT_THAT(diff.out, HasSubstr("error[python.package.differs]"));
  EXPECT_THAT(diff.out, HasSubstr("numpy"));
  EXPECT_THAT(diff.out, HasSubstr("1.26.4"));
  EXPECT_THAT(diff.out, HasSubstr("2.1.0"));
}

TEST_F(Manifests, OnlyErrorsFailADiffUnlessItIsStrict) {
  executor_.uninstall("pandas");
  executor_.install("pandas", "2.2.2");
  driver_.install("mylib", "1.0");

  const std::string driver = manifest_of(driver_, "a.json");
  const std::string executor = manifest_of(executor_, "b.json");

  EXPECT_EQ(run_sparkwarden({"diff", driver, executor}).code, 0);
  EXPECT_EQ(run_sparkwarden({"diff", "--strict", driver, executor}).code, 1);
}

TEST_F(Manifests, SettingsMakeAPackageCriticalOrADifferenceHarmless) {
  driver_.install("mylib", "1.0");
  const std::string critical =
      place_.write("critical.yaml", "probes: {python: {critical: [MyLib]}}\n");
  const std::string off = place_.write("off.yaml", "findings: {python.package.missing: 'off'}\n");

  const Finished error =
      run_sparkwarden({"diff", "--config", critical, driver_.root(), executor_.root()});
  const Finished nothing =
      run_sparkwarden({"diff", "--config", off, "--strict", driver_.root(), executor_.root()});

  EXPECT_EQ(error.code, 1) << error.out;
  EXPECT_THAT(error.out, HasSubstr("error[python.package.missing]"));
  EXPECT_EQ(nothing.code, 0) << nothing.out;
}

TEST_F(Manifests, OperandsThatCannotBeReadAreCouldNotLookAndNeverEqual) {
  const std::string good = manifest_of(driver_, "a.json");
  const std::string bad = place_.write("bad.json", "{\"schema\":1,\"python\":7}");

  const Finished missing = run_sparkwarden({"diff", good, "/none/manifest.json"});
  const Finished malformed = run_sparkwarden({"diff", bad, good});
  const Finished scheme = run_sparkwarden({"diff", "https://10.0.0.1", good});
  const Finished nobody = run_sparkwarden({"diff", "http://127.0.0.1:1/", good});

  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("/none/manifest.json: No such file or directory"));
  EXPECT_EQ(malformed.code, 3);
  EXPECT_THAT(malformed.err, HasSubstr("bad.json: "));
  EXPECT_EQ(scheme.code, 2);
  EXPECT_EQ(nobody.code, 3);
  EXPECT_THAT(nobody.err, HasSubstr("http.refused"));
}

TEST_F(Manifests, WhatOnlyOneSideCouldTellIsUnknown) {
  const std::string whole = manifest_of(driver_, "a.json");
  const std::string without = place_.write("none.json", "{\"schema\":1,\"runtime\":null}");
  const std::string partly = place_.write(
      "partly.json",
      "{\"schema\":1,\"python\":{\"complete\":false,\"incomplete\":[\"/x: no\"]},\"runtime\":{}}");

  const Finished section = run_sparkwarden({"diff", "--format", "json", whole, without});
  const Finished incomplete = run_sparkwarden({"diff", "--format", "json", partly, partly});

  EXPECT_EQ(section.code, 3) << section.out;
  EXPECT_THAT(section.out, HasSubstr("agent.manifest.no-section"));
  EXPECT_EQ(incomplete.code, 3) << incomplete.out << incomplete.err;
  EXPECT_THAT(incomplete.out, HasSubstr("agent.manifest.incomplete"));
  EXPECT_THAT(incomplete.out, HasSubstr("/x: no"));
}

/// A driver and its executor, each over an image of its own; no storage.
class Pair : public testing::Test {
 protected:
  static constexpr const char* kQuick =
      "  config: {enabled: false}\n"
      "  storage: {enabled: false}\n"
      "  python: {source: root, period: 100ms, deadline: 30s}\n"
      "  runtime: {source: root, period: 100ms, deadline: 30s}\n";

  Pair() : driver_image_(driver_.under_root("")), executor_image_(executor_.under_root("")) {}

  void start_driver() {
    driver_.settings(std::string("probes:\n") + kQuick);
    driver_.listen(own_loopback_address(), 0);
    driver_.start();
    ASSERT_EQ(driver_.get_until_ok("/readyz/python").body, "ok") << driver_.log();
    ASSERT_EQ(driver_.get_until_ok("/readyz/runtime").body, "ok") << driver_.log();
    ASSERT_EQ(driver_.get_until_ok("/v1/manifest").status, 200);
  }

  void start_executor() {
    executor_.settings(std::string("gate: {mode: enforce}\nprobes:\n") + kQuick +
                       "  peers: {period: 100ms, deadline: 30s, fail_after: 1, driver_url: \"" +
                       driver_.url() + "\"}\n");
    executor_.start();
  }

  Agent driver_{"driver"};
  Agent executor_{"executor"};
  SparkImage driver_image_;
  SparkImage executor_image_;
};

TEST_F(Pair, AnExecutorWithTheDriversPackagesIsFit) {
  start_driver();
  start_executor();

  EXPECT_EQ(executor_.get_until_ok("/readyz").body, "ok") << executor_.log();
  EXPECT_EQ(executor_.get_until_ok("/startupz").status, 200);
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
  EXPECT_EQ(executor_.get_until_ok("/readyz/runtime").body, "ok");
}

TEST_F(Pair, ADifferenceIsNamedByTheExecutorAndKnownToTheDriver) {
  executor_image_.install("numpy", "2.1.0");
  start_driver();

  start_executor();

  const Reply python = executor_.get_until("/readyz/python", "python.package.differs");
  EXPECT_EQ(python.status, 500);
  EXPECT_EQ(python.body, "internal server error: python.package.differs\n");
  EXPECT_EQ(executor_.get("/startupz").status, 500) << "an enforcing gate holds it";
  EXPECT_THAT(executor_.get("/status").body, HasSubstr("1.26.4"));
  EXPECT_THAT(driver_.get_until("/status", "python.package.differs").body,
              HasSubstr("\"subject\":\"numpy\""));
  EXPECT_THAT(driver_.get_until("/metrics", "python.package.differs").body,
              HasSubstr("sparkwarden_executors{verdict=\"fail\"} 1"));
  const std::string driver = "http://" + driver_.url();
  const std::string executor = "http://" + executor_.url();
  EXPECT_EQ(run_sparkwarden({"diff", driver, executor}).code, 1);
  EXPECT_EQ(run_sparkwarden({"diff", driver, driver}).code, 0);

  executor_image_.install("numpy", "1.26.4");

  EXPECT_EQ(executor_.get_until_ok("/readyz/python").body, "ok");
  EXPECT_EQ(executor_.get_until_ok("/startupz").status, 200);
}

TEST_F(Pair, ADriverThatGoesAwayIsMissedAndFoundAgain) {
  start_driver();
  start_executor();
  ASSERT_EQ(executor_.get_until_ok("/readyz").body, "ok") << executor_.log();
  const std::uint16_t port = driver_.port();

  driver_.process().kill();
  const Reply gone = executor_.get_until("/readyz/peers", "peer.driver.unreachable");
  EXPECT_EQ(gone.status, 500);
  EXPECT_EQ(executor_.get("/startupz").status, 200) << "an open gate stays open";

  driver_.listen(own_loopback_address(), port);
  driver_.start();

  ASSERT_EQ(driver_.port(), port);
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok") << executor_.log();
}

TEST_F(Pair, TheManifestIsServedOnceAndThenByItsTag) {
  start_driver();

  const Reply whole = driver_.get("/v1/manifest");
  const std::size_t at = whole.head.find("ETag: ") + 6;
  const std::string etag = whole.head.substr(at, whole.head.find("\r\n", at) - at);
  const Reply again = driver_.get("/v1/manifest", {{"If-None-Match", etag}});

  EXPECT_THAT(whole.head, HasSubstr("application/vnd.sparkwarden.manifest+json"));
  EXPECT_EQ(boost::json::parse(whole.body).at_pointer("/pod/role"), "driver");
  EXPECT_EQ(again.status, 304);
  EXPECT_THAT(again.body, IsEmpty());
}

TEST_F(Pair, WaitLeavesTheManifestThatTheAgentReads) {
  executor_.settings(
      "gate: {probes: [config], mode: enforce}\n"
      "probes:\n"
      "  storage: {enabled: false}\n"
      "  peers: {enabled: false}\n"
      "  python: {source: file, period: 100ms}\n"
      "  runtime: {enabled: false}\n");
  executor_.start();
  EXPECT_EQ(executor_.get_until("/readyz/python", "inventory.absent").body,
            "internal server error: unknown:python.inventory.absent\n");

  const Finished wait =
      run_sparkwarden({"wait", "--manifest", "--config", executor_.config_path()},
                      {{"SPARKWARDEN_ROLE", "executor"}, {"SPARKWARDEN_POD_UID", "u-1"}});

  EXPECT_EQ(wait.code, 0) << wait.err;
  const std::string file = (executor_.world().path() / "run/manifest.json").string();
  EXPECT_THAT(read(file), HasSubstr("\"uid\":\"u-1\""));
  EXPECT_THAT(executor_.get_until("/v1/manifest", "\"executable\"").body,
              HasSubstr("\"executable\""));
}

}  // namespace
}  // namespace sparkwarden::tests
