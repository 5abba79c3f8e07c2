// SPDX-License-Identifier: Apache-2.0
// The file that an init container left, and the Spark process of a /proc of the test's own, looked
// at by the real child.
#include "agent/io/inventory.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_files.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using io::Inventory;
using io::InventoryRequest;
using testing::HasSubstr;

constexpr const char* kFile = "/run/manifest.json";

std::string a_manifest() {
  return to_json(Manifest{
      .runtime = std::make_shared<const RuntimeManifest>(RuntimeManifest{.spark = "4.0.1"})});
}

class InventoryTest : public testing::Test {
 protected:
  InventoryTest() {
    fs::create_directory(proc());
    request_.file = kFile;
    request_.executable = SPARKWARDEN_BINARY;
    request_.verb = "runtime";
    request_.scan.proc = proc().string();
  }

  [[nodiscard]] fs::path proc() const { return place_.path() / "proc"; }

  /// An executor's JVM whose root is a Spark image.
  void start_spark() const {
    using namespace std::string_literals;
    place_.write("proc/17/cmdline", "java\0org.apache.spark.executor.X\0"s);
    place_.write("proc/17/stat", "17 (java) S");
    place_.write("proc/17/environ", "PATH=/usr/bin\0SPARK_HOME=/opt/spark\0"s);
    const SparkImage image(place_.path() / "image");
    fs::create_directory_symlink(image.root(), proc() / "17/root");
  }

  Result<Inventory> take() {
    boost::asio::io_context io;
    std::optional<Result<Inventory>> taken;
    boost::asio::co_spawn(
        io,
        io::take_inventory(slot_, files_, request_, std::chrono::seconds(60)),
        [&](std::exception_ptr, Result<Inventory> result) { taken = std::move(result); });
    io.run();
    return taken.value();
  }
  std::string code() {
    const Result<Inventory> taken = take();
    return taken ? "taken from " + taken->from : taken.error().code;
  }

  TempDir place_;
  MemoryFiles files_;
  InventoryRequest request_;
  io::ChildSlot slot_;
};

TEST_F(InventoryTest, TheFileIsReadWithoutAnyProcess) {
  request_.source = InventorySource::file;
  request_.executable = "/nowhere";
  files_.put(kFile, a_manifest());

  const Result<Inventory> taken = take();

  ASSERT_TRUE(taken.has_value()) << taken.error().detail;
  EXPECT_EQ(taken->from, kFile);
  ASSERT_NE(taken->manifest.runtime, nullptr);
  EXPECT_EQ(taken->manifest.runtime->spark, "4.0.1");
}

TEST_F(InventoryTest, AMissingFileIsAbsent) {
  request_.source = InventorySource::file;

  EXPECT_EQ(code(), "inventory.absent");
}

TEST_F(InventoryTest, AFileThatMayNotBeReadIsNotPermitted) {
  request_.source = InventorySource::file;
  files_.fail(kFile, io::FileTrouble::no_permission, "Permission denied");

  const Result<Inventory> taken = take();

  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error(), (Error{"inventory.not-permitted", kFile, "Permission denied"}));
}

class Malformed : public InventoryTest, public testing::WithParamInterface<const char*> {};

TEST_P(Malformed, IsUnreadableAndSaysWhere) {
  request_.source = InventorySource::file;
  files_.put(kFile, GetParam());

  const Result<Inventory> taken = take();

  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, "inventory.unreadable");
  EXPECT_EQ(taken.error().subject, kFile);
  EXPECT_FALSE(taken.error().detail.empty());
}

INSTANTIATE_TEST_SUITE_P(Files,
                         Malformed,
                         testing::Values("",
                                         "no JSON",
                                         "[]",
                                         R"({"schema":99})",
                                         R"({"schema":1,"runtime":{"jars":"many"}})"));

TEST_F(InventoryTest, AFileThatIsNoneIsUnreadable) {
  request_.source = InventorySource::file;
  files_.put_directory(kFile);

  EXPECT_EQ(code(), "inventory.unreadable");
}

TEST_F(InventoryTest, TheSparkProcessIsScannedByAChild) {
  start_spark();
  files_.put(kFile, a_manifest());

  const Result<Inventory> taken = take();

  ASSERT_TRUE(taken.has_value()) << taken.error().detail;
  EXPECT_EQ(taken->from, (proc() / "17/root").string());
  ASSERT_NE(taken->manifest.runtime, nullptr);
  EXPECT_EQ(taken->manifest.runtime->jars.size(), 3U);
  EXPECT_TRUE(files_.reads().empty());
}

TEST_F(InventoryTest, WithoutASparkProcessTheFileCounts) {
  files_.put(kFile, a_manifest());

  EXPECT_EQ(code(), std::string("taken from ") + kFile);
}

TEST_F(InventoryTest, NeitherProcessNorFileIsAbsentAndTellsBoth) {
  const Result<Inventory> taken = take();

  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, "inventory.absent");
  EXPECT_EQ(taken.error().subject, kFile);
  EXPECT_THAT(taken.error().detail,
              HasSubstr("No such file or directory; and in " + request_.scan.proc + ": "));
  EXPECT_THAT(taken.error().detail, HasSubstr("no Spark process is to be seen"));
}

TEST_F(InventoryTest, AProcessThatMayNotBeLookedAtIsTold) {
  start_spark();
  fs::remove(proc() / "17/environ");
  fs::create_symlink("environ", proc() / "17/environ");  // refuses root too
  request_.source = InventorySource::proc;
  files_.put(kFile, a_manifest());

  EXPECT_EQ(code(), "inventory.not-permitted");
}

TEST_F(InventoryTest, OnlyTheSourceRootLooksAtTheRoot) {
  const SparkImage image(place_.path() / "image");
  request_.scan.root = image.root();

  request_.source = InventorySource::root;
  EXPECT_EQ(code(), "taken from " + image.root());

  request_.source = InventorySource::proc;
  EXPECT_EQ(code(), "inventory.absent");
}

TEST_F(InventoryTest, ARootThatIsNotThereIsAbsent) {
  request_.source = InventorySource::root;
  request_.scan.root = "/nowhere";

  EXPECT_EQ(code(), "inventory.absent");
}

TEST_F(InventoryTest, AChildThatSaysSomethingElseIsUnreadable) {
  request_.executable = "/bin/echo";
  files_.put(kFile, a_manifest());

  EXPECT_EQ(code(), "inventory.unreadable");  // the file may be as old as the pod
}

TEST_F(InventoryTest, AChildThatCannotBeStartedIsUnfinished) {
  request_.executable = "/nowhere";

  EXPECT_EQ(code(), "inventory.unfinished");
}

TEST(InventoryPause, OfAnAbsentOneDoublesFromHalfASecondToAMinute) {
  for (const char* code : {"inventory.absent", "inventory.busy"}) {
    const Error error{code, "scan", ""};
    EXPECT_EQ(io::inventory_pause(error, 0), milliseconds(500)) << code;
    EXPECT_EQ(io::inventory_pause(error, 1), milliseconds(1000)) << code;
    EXPECT_EQ(io::inventory_pause(error, 6), milliseconds(32'000)) << code;
    EXPECT_EQ(io::inventory_pause(error, 7), milliseconds(60'000)) << code;
    EXPECT_EQ(io::inventory_pause(error, 1'000'000), milliseconds(60'000)) << code;
  }
}

TEST(InventoryPause, AfterAScanThatWasCutOffLeavesTheNodeFiveSecondsAtLeast) {
  const Error error{"inventory.unfinished", "scan", ""};

  EXPECT_EQ(io::inventory_pause(error, 0), milliseconds(5'000));
  EXPECT_EQ(io::inventory_pause(error, 3), milliseconds(40'000));
  EXPECT_EQ(io::inventory_pause(error, 4), milliseconds(60'000));
}

TEST(InventoryPause, IsThePeriodWhereTimeMendsNothing) {
  EXPECT_EQ(io::inventory_pause({"inventory.not-permitted", "scan", ""}, 0), std::nullopt);
  EXPECT_EQ(io::inventory_pause({"inventory.unreadable", "scan", ""}, 0), std::nullopt);
}

}  // namespace
}  // namespace sparkwarden::tests
