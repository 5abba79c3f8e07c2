// SPDX-License-Identifier: Apache-2.0
// A change of a ConfigMap is looked at when it happens: scheduler, probe and a real directory.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/runtime/scheduler.hpp"
#include "probes/config/probe.hpp"
#include "tests/core/a_run.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/config_map.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;

TEST(Reverify, ASwappedConfigMapIsJudgedLongBeforeThePeriodIsOver) {
  const tests::TempDir directory;
  tests::ConfigMapVolume volume(directory.path() / "opt/spark/conf");
  volume.write({{"core-site.xml", "<configuration/>"}});
  settings::World world;
  world.role = Role::driver;
  world.paths.root = directory.path().string();
  const io::RealFiles files;

  boost::asio::io_context loop;
  runtime::Board board(test::a_snapshot_of({"config"}), {});
  runtime::TaskGroup tasks(loop.get_executor());
  std::vector<runtime::Scheduled> scheduled;
  settings::ProbeCommon timing;
  timing.period = std::chrono::hours(1);
  scheduled.push_back(
      {.probe = std::make_unique<ConfigProbe>(files, world, std::make_shared<Settings>()),
       .timing = timing,
       .full_every = std::nullopt,
       .wakes = {}});
  runtime::Scheduler scheduler(loop.get_executor(), board, {}, 1, std::move(scheduled));
  std::vector<Verdict> verdicts;
  board.subscribe([&](const Snapshot&, const Snapshot& after) {
    verdicts.push_back(after.find("config")->verdict);
    if (verdicts.size() == 1) volume.write({{"core-site.xml", "<configuration>&</configuration>"}});
    if (verdicts.size() == 2) volume.write({{"core-site.xml", "<configuration/>"}});
    if (verdicts.size() == 3) tasks.cancel();
  });
  scheduler.start(tasks);
  loop.run();

  EXPECT_THAT(verdicts, ElementsAre(Verdict::pass, Verdict::fail, Verdict::pass));
}

}  // namespace
}  // namespace sparkwarden::probes::config
