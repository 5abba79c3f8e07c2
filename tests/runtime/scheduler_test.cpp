// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/scheduler.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/a_run.hpp"

namespace sparkwarden::runtime {
namespace {

using namespace test;
using testing::ElementsAre;
namespace asio = boost::asio;

/// What a test rings for a probe to run once more, so that no period decides what comes next.
class Bell {
 public:
  explicit Bell(asio::any_io_executor executor) : rung_(executor, Instant::max()) {}

  void ring() {
    ++rings_;
    rung_.cancel();
  }
  [[nodiscard]] awaitable<void> rung() {
    while (rings_ == 0) {
      const auto waited = co_await rung_.async_wait(asio::as_tuple(asio::use_awaitable));
      static_cast<void>(waited);
    }
    --rings_;
  }

 private:
  asio::steady_timer rung_;
  int rings_ = 0;
};

/// A probe that does what a test says and notes each run: its name, or name! for a full one.
class FakeProbe final : public Probe {
 public:
  using Script = std::function<Observed(int run, const RunContext&)>;

  FakeProbe(std::string name, std::vector<std::string>& runs, Script script)
      : name_(std::move(name)), runs_(runs), script_(std::move(script)) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override {
    runs_.push_back(name_ + (context.full ? "!" : ""));
    co_return script_(++count_, context);
  }
  [[nodiscard]] awaitable<bool> changed() override {
    if (bell_ == nullptr) co_return false;
    co_await bell_->rung();
    co_return true;
  }
  void runs_again_at(Bell& bell) { bell_ = &bell; }

 private:
  std::string name_;
  std::vector<std::string>& runs_;
  Script script_;
  Bell* bell_ = nullptr;
  int count_ = 0;
};

/// A probe that never comes back by itself.
class StuckProbe final : public Probe {
 public:
  [[nodiscard]] std::string_view name() const override { return "storage"; }
  [[nodiscard]] awaitable<Observed> run(RunContext) override {
    asio::steady_timer never(co_await asio::this_coro::executor, Instant::max());
    co_await never.async_wait(asio::use_awaitable);
    co_return Observed{};
  }
};

/// A probe whose first run rings when it has begun, and lasts until the test lets it end.
class SlowProbe final : public Probe {
 public:
  SlowProbe(std::vector<std::string>& runs, Bell& begun, asio::steady_timer& end)
      : runs_(runs), begun_(begun), end_(end) {}

  [[nodiscard]] std::string_view name() const override { return "storage"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override {
    const auto digests = context.before->find("config")->facts.config_digests;
    runs_.push_back("storage " + (digests.empty() ? "" : digests.begin()->second));
    if (std::exchange(first_, false)) begun_.ring();
    const auto waited = co_await end_.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(waited);
    co_return passes();
  }

 private:
  std::vector<std::string>& runs_;
  Bell& begun_;
  asio::steady_timer& end_;
  bool first_ = true;
};

settings::ProbeCommon every(milliseconds period) {
  settings::ProbeCommon timing;
  timing.period = period;
  return timing;
}

struct World {
  asio::io_context loop;
  Board board{a_snapshot_of({"config", "storage"}), {}};
  TaskGroup tasks{loop.get_executor()};
  Bell bell{loop.get_executor()};
  std::vector<std::string> runs;
  std::vector<Scheduled> scheduled;

  FakeProbe& add(std::string name,
                 milliseconds period,
                 FakeProbe::Script script,
                 std::vector<std::string> wakes = {},
                 std::optional<milliseconds> full_every = std::nullopt) {
    auto probe = std::make_unique<FakeProbe>(std::move(name), runs, std::move(script));
    FakeProbe& added = *probe;
    scheduled.push_back({.probe = std::move(probe),
                         .timing = every(period),
                         .full_every = full_every,
                         .wakes = std::move(wakes)});
    return added;
  }

  /// Runs until `count` reports were published, and tells of each before.
  void run_until(
      int count, const std::function<void(int)>& on_report = [](int) {}) {
    Scheduler scheduler(loop.get_executor(), board, {}, 1, std::move(scheduled));
    int published = 0;
    board.subscribe([&](const Snapshot&, const Snapshot&) {
      on_report(++published);
      if (published == count) tasks.cancel();
    });
    scheduler.start(tasks);
    loop.run();
  }
};

Observed with_digest(std::string digest) {
  Observed observed;
  observed.facts.config_digests = {{"core-site.xml", std::move(digest)}};
  return observed;
}

TEST(Scheduler, ARunThatIsWokenWaitsForTheFirstReportOfItsWaker) {
  World world;
  world.add("storage", std::chrono::hours(1), [](int, const RunContext& context) {
    EXPECT_NE(context.before->find("config")->last, nullptr);
    return passes();
  });
  world.add("config",
            std::chrono::hours(1),
            [](int, const RunContext&) { return passes(); },
            {"storage"});

  world.run_until(2);

  EXPECT_THAT(world.runs, ElementsAre("config!", "storage!"));
}

TEST(Scheduler, AProbeMayAskForItsNextRunBeforeItsPeriodIsOver) {
  World world;
  world.add("config", std::chrono::hours(1), [](int run, const RunContext&) {
    Observed observed;
    if (run == 1) observed.again_in = milliseconds(1);
    return observed;
  });

  world.run_until(2);

  EXPECT_THAT(world.runs, ElementsAre("config!", "config"));
}

TEST(Scheduler, ATokenIsNoReasonToWakeAnybody) {
  World world;
  world.add("config",
            milliseconds(1),
            [](int run, const RunContext&) {
              Observed observed;
              observed.facts.driver_token = HeardToken{.received = Instant(milliseconds(run))};
              return observed;
            },
            {"storage"});
  world.add("storage", std::chrono::hours(1), [](int, const RunContext&) { return passes(); });

  world.run_until(20);

  EXPECT_EQ(std::ranges::count(world.runs, "storage!") + std::ranges::count(world.runs, "storage"),
            1);
}

TEST(Scheduler, AFollowerRunsAgainWhenAnothersVerdictChanges) {
  World world;
  world.add("storage", std::chrono::hours(1), [](int, const RunContext&) { return passes(); });
  world.scheduled.back().follows_verdicts = true;
  world.scheduled.back().follow_pause = milliseconds(0);
  world
      .add("config",
           std::chrono::hours(1),
           [](int run, const RunContext&) { return run < 3 ? passes() : fails(); })
      .runs_again_at(world.bell);

  world.run_until(6, [&](int report) {
    if (report == 3 || report == 4) world.bell.ring();
  });

  // Its own report opens the (empty) gate and config's first verdict is news: one run for both.
  // Then config's third verdict.
  EXPECT_THAT(world.runs,
              ElementsAre("storage!", "config!", "storage", "config", "config", "storage"));
}

TEST(Scheduler, AVerdictThatFlapsDoesNotDriveItsFollower) {
  World world;
  world.add("storage", std::chrono::hours(1), [](int, const RunContext&) { return passes(); });
  world.scheduled.back().follows_verdicts = true;
  world.scheduled.back().follow_pause = std::chrono::hours(1);
  world.add("config", milliseconds(1), [](int run, const RunContext&) {
    return run % 2 == 0 ? passes() : fails();
  });

  world.run_until(50);

  EXPECT_EQ(std::ranges::count(world.runs, "storage!"), 1);
}

TEST(Scheduler, AFollowerThatBacksOffIsNotDrivenFaster) {
  World world;
  world.add("storage", std::chrono::hours(1), [](int, const RunContext&) {
    return Observed{.again_in = std::chrono::minutes(30)};
  });
  world.scheduled.back().follows_verdicts = true;
  world.scheduled.back().follow_pause = milliseconds(0);
  world.add("config", milliseconds(1), [](int run, const RunContext&) {
    return run % 2 == 0 ? passes() : fails();
  });

  world.run_until(50);

  EXPECT_EQ(std::ranges::count(world.runs, "storage!"), 1);
}

TEST(Scheduler, WhatAFollowerMayNotFollowYetIsFollowedLater) {
  World world;
  std::vector<Instant> times;
  world.add("storage", std::chrono::hours(1), [&](int, const RunContext& context) {
    times.push_back(context.now);
    return passes();
  });
  world.scheduled.back().follows_verdicts = true;
  world.scheduled.back().follow_pause = milliseconds(30);
  world.add("config", std::chrono::hours(1), [](int, const RunContext&) { return fails(); });

  world.run_until(3);

  EXPECT_THAT(world.runs, ElementsAre("storage!", "config!", "storage"));
  ASSERT_EQ(times.size(), 2U);
  EXPECT_GE(times[1] - times[0], milliseconds(30));
}

TEST(Scheduler, ChangedFactsWakeTheOthersAtOnceAndNotForAFullRun) {
  World world;
  world
      .add("config",
           std::chrono::hours(1),
           [](int run, const RunContext&) { return with_digest(run < 3 ? "a" : "b"); },
           {"storage"})
      .runs_again_at(world.bell);
  world.add("storage", std::chrono::hours(1), [](int, const RunContext&) { return passes(); });

  world.run_until(5, [&](int report) {
    if (report == 2 || report == 3) world.bell.ring();
  });

  EXPECT_THAT(world.runs, ElementsAre("config!", "storage!", "config", "config", "storage"));
}

TEST(Scheduler, ChangedFactsWakeAlsoAProbeInTheMiddleOfItsFirstRun) {
  World world;
  asio::steady_timer end(world.loop, Instant::max());
  world
      .add("config",
           std::chrono::hours(1),
           [](int run, const RunContext&) { return run == 1 ? Observed{} : with_digest("b"); },
           {"storage"})
      .runs_again_at(world.bell);
  world.scheduled.push_back({.probe = std::make_unique<SlowProbe>(world.runs, world.bell, end),
                             .timing = every(std::chrono::hours(1)),
                             .full_every = std::nullopt,
                             .wakes = {}});
  std::vector<bool> outdated;
  world.board.subscribe([&](const Snapshot&, const Snapshot& after) {
    if (after.find("storage")->last != nullptr) outdated.push_back(after.find("storage")->outdated);
  });

  world.run_until(4, [&](int report) {
    if (report == 2) end.expires_at(Instant::min());  // and then for ever
  });

  EXPECT_THAT(world.runs, ElementsAre("config!", "storage ", "config", "storage b"));
  EXPECT_THAT(outdated, ElementsAre(true, false));
}

TEST(Scheduler, TheFirstRunIsFullAndEveryRunAfterAFailure) {
  World world;
  world.add("config", milliseconds(1), [](int run, const RunContext&) {
    return run == 2 ? fails() : run == 4 ? cannot_look() : passes();
  });

  world.run_until(6);

  EXPECT_THAT(world.runs,
              ElementsAre("config!", "config", "config!", "config", "config!", "config"));
}

TEST(Scheduler, FullRunsComeBackAfterTheirInterval) {
  World world;
  world.add(
      "config",
      milliseconds(1),
      [](int, const RunContext&) { return passes(); },
      {},
      milliseconds(0));

  world.run_until(3);

  EXPECT_THAT(world.runs, ElementsAre("config!", "config!", "config!"));
}

TEST(Scheduler, AnExceptionIsCouldNotLook) {
  World world;
  world.add("config", milliseconds(1), [](int, const RunContext&) -> Observed {
    throw std::runtime_error("surprise");
  });

  world.run_until(1);

  EXPECT_THAT(world.board.current()->find("config")->last->observed.unlooked,
              ElementsAre(Unlooked{"agent.run.exception", "config", "surprise"}));
  EXPECT_EQ(world.board.current()->find("config")->last->observed.again_in,
            std::chrono::seconds(30));
  EXPECT_EQ(world.tasks.failure(), "");
}

TEST(Scheduler, ShutdownInTheMiddleOfARunPublishesNothing) {
  World world;
  world.scheduled.push_back({.probe = std::make_unique<StuckProbe>(),
                             .timing = every(milliseconds(1)),
                             .full_every = std::nullopt,
                             .wakes = {}});
  Scheduler scheduler(world.loop.get_executor(), world.board, {}, 1, std::move(world.scheduled));
  scheduler.start(world.tasks);
  asio::post(world.loop, [&] { world.tasks.cancel(); });

  world.loop.run();

  EXPECT_EQ(world.board.current()->find("storage")->last, nullptr);
  EXPECT_EQ(world.tasks.failure(), "");
}

TEST(Scheduler, ARunIsOverdueFiveSecondsAfterItsDeadline) {
  World world;
  world.scheduled.push_back({.probe = std::make_unique<StuckProbe>(),
                             .timing = every(std::chrono::hours(1)),
                             .full_every = std::nullopt,
                             .wakes = {}});
  Scheduler scheduler(world.loop.get_executor(), world.board, {}, 1, std::move(world.scheduled));
  scheduler.start(world.tasks);
  const Instant before = Instant::clock::now();
  world.loop.poll();
  const Instant after = Instant::clock::now();

  EXPECT_EQ(scheduler.overdue(before + std::chrono::seconds(9)), "");
  EXPECT_EQ(scheduler.overdue(after + std::chrono::seconds(11)), "storage");

  world.tasks.cancel();
  world.loop.run();
}

TEST(RunOnce, KeepsTheDeadlineForAProbeThatDoesNot) {
  asio::io_context loop;
  StuckProbe probe;
  Report report;
  RunContext context{.now = Instant::clock::now(),
                     .wall = WallTime::clock::now(),
                     .deadline = milliseconds(1),
                     .full = true,
                     .before = nullptr};
  asio::co_spawn(loop, run_once(probe, context), [&](const std::exception_ptr&, Report result) {
    report = std::move(result);
  });

  loop.run();

  EXPECT_THAT(report.observed.unlooked,
              ElementsAre(Unlooked{
                  "agent.run.deadline", "storage", "no result within the deadline of 1 ms"}));
  EXPECT_EQ(report.observed.again_in, std::chrono::seconds(30))
      << "the gate does not wait for the next period";
}

}  // namespace
}  // namespace sparkwarden::runtime
