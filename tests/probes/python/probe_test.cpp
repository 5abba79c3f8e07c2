// SPDX-License-Identifier: Apache-2.0
// The probe over images of Spark, with its real child process.
#include "probes/python/probe.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <time.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/peer_view.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/measures.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/support/run_probe.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::python {
namespace {

using testing::Contains;
using testing::IsEmpty;

class Probing : public testing::Test {
 protected:
  Probing() {
    world_.role = Role::executor;
    world_.executable = SPARKWARDEN_BINARY;
    world_.paths.root = image_.root();
    world_.paths.run_dir = place_.path() / "run";
    settings_->source = InventorySource::root;
  }

  Observed run(std::shared_ptr<const Snapshot> before = nullptr,
               milliseconds deadline = std::chrono::minutes(1)) {
    if (probe_ == nullptr) {
      probe_ =
          std::make_unique<PythonProbe>(world_, settings_, std::make_unique<const io::RealFiles>());
    }
    return tests::run_probe(*probe_, std::move(before), deadline);
  }

  /// What an executor's agent knows once `peers` has read this manifest of the driver.
  static std::shared_ptr<const Snapshot> beside(std::shared_ptr<const PeerView> driver) {
    Snapshot snapshot;
    snapshot.probes.push_back({.name = "peers"});
    snapshot.probes.push_back({.name = "python"});
    snapshot.probes[0].facts.driver = std::move(driver);
    return std::make_shared<const Snapshot>(std::move(snapshot));
  }

  /// The driver whose image is what this one is now.
  std::shared_ptr<const PeerView> driver_like_this() {
    PeerView view{.url = "http://10.0.0.1:9797/v1/manifest"};
    view.manifest.python = run().facts.python;
    return std::make_shared<const PeerView>(std::move(view));
  }

  struct Watched {
    Observed seen;
    std::chrono::nanoseconds in_loop;  // of processor time, in the thread of the event loop
    std::chrono::nanoseconds in_all;
  };
  static std::chrono::nanoseconds processor_time(clockid_t clock) {
    timespec spent{};
    ::clock_gettime(clock, &spent);
    return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
  }
  Watched run_watched(std::shared_ptr<const Snapshot> before) {
    probe_ =
        std::make_unique<PythonProbe>(world_, settings_, std::make_unique<const io::RealFiles>());
    boost::asio::io_context loop;
    RunContext context{.now = Instant::clock::now(),
                       .wall = WallTime::clock::now(),
                       .deadline = std::chrono::minutes(5),
                       .full = true,
                       .before = std::move(before)};
    std::optional<Observed> seen;
    boost::asio::co_spawn(loop, probe_->run(context), [&](std::exception_ptr, Observed result) {
      seen = std::move(result);
    });
    const std::chrono::nanoseconds loop_before = processor_time(CLOCK_THREAD_CPUTIME_ID);
    const std::chrono::nanoseconds all_before = processor_time(CLOCK_PROCESS_CPUTIME_ID);
    loop.run();
    return {std::move(seen.value()),
            processor_time(CLOCK_THREAD_CPUTIME_ID) - loop_before,
            processor_time(CLOCK_PROCESS_CPUTIME_ID) - all_before};
  }

  tests::TempDir place_;
  tests::SparkImage image_{place_.path() / "image"};
  settings::World world_;
  std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
  std::unique_ptr<PythonProbe> probe_;
};

std::vector<std::string> unlooked_of(const Observed& seen) {
  std::vector<std::string> codes;
  for (const Unlooked& one : seen.unlooked) codes.push_back(one.code);
  return codes;
}

TEST_F(Probing, TellsTheInventoryAsAFact) {
  const Observed seen = run();

  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_THAT(seen.unlooked, IsEmpty());
  ASSERT_NE(seen.facts.python, nullptr);
  EXPECT_EQ(seen.facts.python->version, "3.11.2");
  EXPECT_EQ(seen.facts.python->distributions.size(), 2U);
  EXPECT_THAT(seen.measurements, Contains(Measurement{&measures::kPackages, {}, 2}));
}

TEST_F(Probing, TellsTheSamePointerUntilSomethingChanges) {
  const auto first = run().facts.python;
  const auto second = run().facts.python;
  image_.install("mylib", "1.0");
  const auto third = run().facts.python;

  EXPECT_EQ(first, second);
  EXPECT_NE(first, third);
}

TEST_F(Probing, AnExecutorIsHeldAgainstItsDriver) {
  const auto driver = driver_like_this();
  image_.install("numpy", "2.1.0");

  const Observed seen = run(beside(driver));

  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].code, codes::kPackageDiffers.code);
  EXPECT_EQ(seen.findings[0].subject, "numpy");
  EXPECT_THAT(seen.measurements,
              Contains(Measurement{&measures::kDifferences, {"package.differs", "error"}, 1}));
}

TEST_F(Probing, WithoutAManifestOfTheDriverAnExecutorIsUnknown) {
  const Observed never = run(beside(nullptr));
  const Observed empty = run(beside(std::make_shared<const PeerView>()));

  EXPECT_EQ(unlooked_of(never), std::vector<std::string>{"python.driver.no-manifest"});
  EXPECT_EQ(unlooked_of(empty), std::vector<std::string>{"python.driver.no-manifest"});
  EXPECT_NE(never.facts.python, nullptr);
}

TEST_F(Probing, WherePeersIsSwitchedOffNothingIsCompared) {
  Snapshot alone;
  alone.probes.push_back({.name = "python"});

  EXPECT_THAT(run(std::make_shared<const Snapshot>(alone)).unlooked, IsEmpty());
}

TEST_F(Probing, ADriverIsComparedWithNobody) {
  world_.role = Role::driver;

  EXPECT_THAT(run(beside(nullptr)).unlooked, IsEmpty());
}

TEST_F(Probing, WithoutProcessAndFileItAsksAgainSoonAndThenLess) {
  settings_->source = InventorySource::file;

  const Observed first = run();
  const Observed second = run();

  EXPECT_EQ(unlooked_of(first), std::vector<std::string>{"python.inventory.absent"});
  EXPECT_EQ(first.again_in, milliseconds(500));
  EXPECT_EQ(second.again_in, milliseconds(1000));
}

TEST_F(Probing, AFileWithoutAPythonSectionOrWithRubbishIsUnreadable) {
  settings_->source = InventorySource::file;
  place_.write("run/manifest.json", R"({"schema":1})");
  const Observed without = run();
  place_.write("run/manifest.json", "rubbish");
  const Observed rubbish = run();

  EXPECT_EQ(unlooked_of(without), std::vector<std::string>{"python.inventory.unreadable"});
  EXPECT_EQ(unlooked_of(rubbish), std::vector<std::string>{"python.inventory.unreadable"});
}

TEST_F(Probing, AFileOfAnotherContainerIsTakenAsItIs) {
  settings_->source = InventorySource::file;
  Manifest manifest;
  manifest.python = std::make_shared<const PythonManifest>(
      PythonManifest{.executable = "/usr/bin/python3", .version = "3.11.2"});
  place_.write("run/manifest.json", to_json(manifest));

  const Observed seen = run();

  ASSERT_NE(seen.facts.python, nullptr);
  EXPECT_EQ(*seen.facts.python, *manifest.python);
}

TEST_F(Probing, AScanThatHasNoTimeIsUnfinished) {
  world_.executable = place_.write("endless", "#!/bin/sh\nexec sleep 600\n");
  std::filesystem::permissions(world_.executable, std::filesystem::perms::owner_all);

  const Observed seen = run(nullptr, milliseconds(1));

  EXPECT_EQ(unlooked_of(seen), std::vector<std::string>{"python.inventory.unfinished"});
  EXPECT_EQ(seen.again_in, std::chrono::seconds(5)) << "the gate does not wait for the next period";
}

TEST_F(Probing, AScanThatCannotBeStartedSaysSo) {
  world_.executable = "/none/sparkwarden";

  EXPECT_EQ(unlooked_of(run()), std::vector<std::string>{"python.inventory.unfinished"});
}

TEST_F(Probing, ARootThatIsNotThereIsAbsent) {
  world_.paths.root = place_.path() / "none";

  EXPECT_EQ(unlooked_of(run()), std::vector<std::string>{"python.inventory.absent"});
}

TEST_F(Probing, AFileThatMayNotBeReadIsNotPermitted) {
  settings_->source = InventorySource::file;
  auto files = std::make_unique<tests::MemoryFiles>();
  files->fail(
      world_.paths.run_dir + "/manifest.json", io::FileTrouble::no_permission, "Permission denied");
  probe_ = std::make_unique<PythonProbe>(world_, settings_, std::move(files));

  EXPECT_EQ(unlooked_of(run()), std::vector<std::string>{"python.inventory.not-permitted"});
}

TEST_F(Probing, WhileAnEarlierScanIsThereNoSecondOneIsStarted) {
  PythonProbe probe(world_, settings_, std::make_unique<const io::RealFiles>());
  boost::asio::io_context loop;
  std::vector<std::string> codes;
  for (int i = 0; i < 2; ++i) {
    RunContext context{.now = Instant::clock::now(),
                       .wall = {},
                       .deadline = std::chrono::minutes(1),
                       .before = nullptr};
    boost::asio::co_spawn(
        loop, probe.run(context), [&](const std::exception_ptr& error, const Observed& seen) {
          if (error) std::rethrow_exception(error);
          for (const std::string& code : unlooked_of(seen)) codes.push_back(code);
        });
  }
  loop.run();

  EXPECT_EQ(codes, std::vector<std::string>{"python.inventory.busy"});
}

// The driver's side may list what it likes, and health has to be answered meanwhile.
TEST_F(Probing, ThousandsOfDifferencesDoNotHoldTheLoop) {
  const std::shared_ptr<const PythonManifest> own = run().facts.python;
  PythonManifest theirs = *own;
  for (int i = 0; i < 5'000; ++i) {
    theirs.distributions.push_back(
        {.name = "package-" + std::to_string(i), .version = std::string(300, '1')});
  }
  PeerView view{.url = "http://10.0.0.1:9797/v1/manifest"};
  view.manifest.python = std::make_shared<const PythonManifest>(std::move(theirs));
  settings_->source = InventorySource::file;
  std::filesystem::create_directories(world_.paths.run_dir);
  std::ofstream(world_.paths.run_dir + "/manifest.json") << to_json({.python = own});
  const auto before = beside(std::make_shared<const PeerView>(std::move(view)));

  const auto [seen, in_loop, in_all] = run_watched(before);

  ASSERT_FALSE(seen.findings.empty());
  EXPECT_EQ(seen.findings.front().code, codes::kPackageMissing.code);
  EXPECT_LT(in_loop, in_all / 2) << "nothing else could run meanwhile";
}

}  // namespace
}  // namespace sparkwarden::probes::python
