// SPDX-License-Identifier: Apache-2.0
// The probe with its real child over real directories.
#include "probes/runtime/probe.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/peer_view.hpp"
#include "agent/core/snapshot.hpp"
#include "agent/core/verdict.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/measures.hpp"
#include "tests/probes/runtime/show.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::tests {
namespace {

namespace runtime = probes::runtime;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kFile = "/run/manifest.json";
constexpr const char* kDriver = "http://10.1.2.3:9797";

class RuntimeProbeTest : public testing::Test {
 protected:
  RuntimeProbeTest() {
    world_.role = Role::executor;
    world_.paths.root = image_.root();
    world_.paths.run_dir = "/run";
    world_.executable = SPARKWARDEN_BINARY;
    settings_->source = InventorySource::root;
  }

  /// The executor's agent reads this file, without any child.
  void from_file(const std::string& text) {
    settings_->source = InventorySource::file;
    files_->put(kFile, text);
  }

  /// The snapshot has a probe `peers`, which read the driver or has not yet.
  void driver(std::shared_ptr<const PeerView> view) {
    Snapshot snapshot = empty_snapshot({"peers", "runtime"});
    snapshot.probes[0].facts.driver = std::move(view);
    before_ = std::make_shared<const Snapshot>(std::move(snapshot));
  }
  void driver(RuntimeManifest manifest) {
    driver(std::make_shared<const PeerView>(PeerView{
        .url = kDriver,
        .manifest = {.runtime = std::make_shared<const RuntimeManifest>(std::move(manifest))}}));
  }

  Observed run() {
    if (probe_ == nullptr) {
      probe_ = std::make_unique<runtime::RuntimeProbe>(world_, settings_, std::move(owned_files_));
    }
    boost::asio::io_context io;
    std::optional<Observed> observed;
    RunContext context{.now = kStart,
                       .wall = kStartWall,
                       .deadline = std::chrono::seconds(60),
                       .full = true,
                       .before = before_};
    boost::asio::co_spawn(io,
                          probe_->run(std::move(context)),
                          [&](std::exception_ptr, Observed seen) { observed = std::move(seen); });
    io.run();
    return observed.value();
  }

  TempDir place_;
  SparkImage image_{place_.path() / "image"};
  settings::World world_;
  std::shared_ptr<runtime::Settings> settings_ = std::make_shared<runtime::Settings>();
  std::unique_ptr<MemoryFiles> owned_files_ = std::make_unique<MemoryFiles>();
  MemoryFiles* files_ = owned_files_.get();  // the probe's, from the first run on
  std::shared_ptr<const Snapshot> before_;
  std::unique_ptr<runtime::RuntimeProbe> probe_;
};

std::string json(const RuntimeManifest& manifest) {
  return to_json(Manifest{.runtime = std::make_shared<const RuntimeManifest>(manifest)});
}

auto unlooked_as(const Code& row) {
  return ElementsAre(Field(&Unlooked::code, row.code));
}

TEST_F(RuntimeProbeTest, ASparkImagePassesAndIsTold) {
  const Observed seen = run();

  EXPECT_EQ(judge(seen), Verdict::pass);
  EXPECT_THAT(seen.measurements, ElementsAre(Measurement{&runtime::measures::kJars, {}, 3}));
  ASSERT_NE(seen.facts.runtime, nullptr);
  EXPECT_EQ(seen.facts.runtime->spark, "4.0.1");
  EXPECT_EQ(seen.facts.runtime->java, "17.0.9");
}

TEST_F(RuntimeProbeTest, WhileNothingChangesTheFactsAreTheSameOnes) {
  const Observed first = run();
  const Observed second = run();
  image_.put_jar("xz-1.10.jar");
  const Observed third = run();

  EXPECT_EQ(first.facts.runtime, second.facts.runtime);
  EXPECT_NE(second.facts.runtime, third.facts.runtime);
}

TEST_F(RuntimeProbeTest, AnExecutorIsHeldAgainstItsDriver) {
  RuntimeManifest theirs = *run().facts.runtime;
  theirs.spark = "3.5.1";
  theirs.jars.push_back({"xz-1.10.jar", 1});
  driver(std::move(theirs));

  const Observed seen = run();

  EXPECT_THAT(seen.findings,
              ElementsAre(Field(&Finding::code, runtime::codes::kSparkDiffers.code),
                          Field(&Finding::code, runtime::codes::kJarMissing.code)));
  EXPECT_THAT(
      seen.measurements,
      Contains(Measurement{&runtime::measures::kDifferences, {"jar.missing", "warning"}, 1}));
  EXPECT_EQ(judge(seen), Verdict::fail);
}

TEST_F(RuntimeProbeTest, HundredsOfDifferencesAreCountedAndFewAreShown) {
  RuntimeManifest theirs = *run().facts.runtime;
  for (int i = 0; i < 300; ++i) theirs.jars.push_back({"lib" + std::to_string(i) + "-1.0.jar", 1});
  driver(std::move(theirs));

  const Observed seen = run();

  EXPECT_THAT(seen.findings, SizeIs(kFindingsPerCode));
  EXPECT_THAT(
      seen.measurements,
      Contains(Measurement{&runtime::measures::kDifferences, {"jar.missing", "warning"}, 300}));
}

TEST_F(RuntimeProbeTest, ADriverThatWasNotReadYetIsUnknown) {
  driver(nullptr);

  const Observed seen = run();

  EXPECT_THAT(seen.unlooked, unlooked_as(runtime::codes::kDriverNoManifest));
  EXPECT_EQ(seen.unlooked[0].subject, "driver");
}

TEST_F(RuntimeProbeTest, ADriverWithoutAnInventoryIsUnknownAndNamed) {
  driver(std::make_shared<const PeerView>(PeerView{.url = kDriver}));

  const Observed seen = run();

  EXPECT_THAT(seen.unlooked, unlooked_as(runtime::codes::kDriverNoManifest));
  EXPECT_EQ(seen.unlooked[0].subject, kDriver);
}

TEST_F(RuntimeProbeTest, ADriverComparesItselfWithNobody) {
  world_.role = Role::driver;
  driver(RuntimeManifest{.spark = "3.5.1"});

  EXPECT_EQ(judge(run()), Verdict::pass);
}

TEST_F(RuntimeProbeTest, AnAbsentInventoryIsAskedForSoonAndLessOften) {
  settings_->source = InventorySource::file;

  const Observed first = run();
  EXPECT_THAT(first.unlooked, unlooked_as(runtime::codes::kInventoryAbsent));
  EXPECT_EQ(first.again_in, milliseconds(500));
  EXPECT_EQ(run().again_in, milliseconds(1'000));

  files_->put(kFile, json({.spark_home = "/opt/spark", .java = "17", .jars = {{"a.jar", 1}}}));
  const Observed there = run();
  EXPECT_EQ(judge(there), Verdict::pass);
  EXPECT_EQ(there.again_in, std::nullopt);

  files_->remove(kFile);
  EXPECT_EQ(run().again_in, milliseconds(500));
}

TEST_F(RuntimeProbeTest, AManifestThatMayNotBeReadIsNotPermitted) {
  settings_->source = InventorySource::file;
  files_->fail(kFile, io::FileTrouble::no_permission, "Permission denied");

  EXPECT_THAT(run().unlooked, unlooked_as(runtime::codes::kInventoryNotPermitted));
}

TEST_F(RuntimeProbeTest, AManifestThatIsNoneOrHasNoSparkIsUnreadable) {
  from_file("no JSON");
  EXPECT_THAT(run().unlooked, unlooked_as(runtime::codes::kInventoryUnreadable));

  from_file(to_json(Manifest{}));
  const Observed seen = run();
  EXPECT_THAT(seen.unlooked, unlooked_as(runtime::codes::kInventoryUnreadable));
  EXPECT_THAT(seen.unlooked[0].message, HasSubstr("no `runtime`"));
}

TEST_F(RuntimeProbeTest, AnIncompleteManifestIsUnknown) {
  from_file(json({.complete = false, .incomplete = {"java: two of them"}}));

  const Observed seen = run();

  EXPECT_THAT(seen.unlooked, unlooked_as(runtime::codes::kInventoryIncomplete));
  EXPECT_THAT(seen.findings, IsEmpty());
}

TEST_F(RuntimeProbeTest, AScanThatCannotBeStartedIsUnfinished) {
  world_.executable = "/nowhere";

  EXPECT_THAT(run().unlooked, unlooked_as(runtime::codes::kInventoryUnfinished));
}

TEST_F(RuntimeProbeTest, EveryErrorOfAnInventoryHasItsRow) {
  // A scan that hangs in the kernel cannot be made here; its row is the one that is looked for.
  const io::InventoryCodes rows = runtime::inventory_codes();

  EXPECT_EQ(io::unlooked(rows, {"inventory.busy", "scan", "since 9 s"}),
            unlooked(runtime::codes::kInventoryBusy, "scan", "since 9 s"));
}

}  // namespace
}  // namespace sparkwarden::tests
