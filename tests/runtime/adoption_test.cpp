// SPDX-License-Identifier: Apache-2.0
// New settings in a running scheduler and board.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/runtime/scheduler.hpp"
#include "tests/core/a_run.hpp"

namespace sparkwarden::runtime {
namespace {

using testing::ElementsAre;
namespace asio = boost::asio;

/// Notes its runs: name, `!` for the deep form, and the deadline it was given.
class NotedProbe final : public Probe {
 public:
  NotedProbe(std::string maker, std::vector<std::string>& runs, std::function<void()> on_run)
      : maker_(std::move(maker)), runs_(runs), on_run_(std::move(on_run)) {}

  [[nodiscard]] std::string_view name() const override { return "storage"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override {
    runs_.push_back(maker_ + (context.full ? "! " : " ") +
                    std::to_string(context.deadline.count()));
    on_run_();
    co_return Observed{};
  }
  [[nodiscard]] bool idle() override { return idle_; }
  void has_a_stuck_child(bool stuck) { idle_ = !stuck; }

 private:
  std::string maker_;
  std::vector<std::string>& runs_;
  std::function<void()> on_run_;
  bool idle_ = true;
};

settings::ProbeCommon quick(milliseconds deadline) {
  settings::ProbeCommon timing;
  timing.period = milliseconds(1);
  timing.deadline = deadline;
  return timing;
}

/// Runs one probe to its fifth report, and calls `in_second_run` during the second.
class Adopting {
 public:
  std::vector<std::string> runs;
  NotedProbe* first = nullptr;
  std::function<void()> on_third_run = [] {};

  void run(const std::function<void(Scheduler&)>& in_second_run) {
    asio::io_context loop;
    TaskGroup tasks(loop.get_executor());
    Board board(test::a_snapshot_of({"storage"}), {});
    Scheduler* running = nullptr;
    auto probe = made("old", [&] {
      if (runs.size() == 2) in_second_run(*running);
      if (runs.size() == 3) on_third_run();
    });
    first = probe.get();
    std::vector<Scheduled> scheduled;
    scheduled.emplace_back();
    scheduled.back().probe = std::move(probe);
    scheduled.back().timing = quick(milliseconds(1'000));
    Scheduler scheduler(loop.get_executor(), board, {}, 1, std::move(scheduled));
    running = &scheduler;
    board.subscribe([&](const Snapshot&, const Snapshot&) {
      if (runs.size() == 5) tasks.cancel();
    });
    scheduler.start(tasks);
    loop.run();
    streak = board.current()->find("storage")->streak;
  }

  std::unique_ptr<NotedProbe> made(
      std::string maker, std::function<void()> on_run = [] {}) {
    return std::make_unique<NotedProbe>(std::move(maker), runs, std::move(on_run));
  }

  int streak = 0;
};

TEST(Adoption, OfTimesHoldsFromTheNextRunOn) {
  Adopting adopting;

  adopting.run([&](Scheduler& scheduler) {
    scheduler.adopt("storage", {.timing = quick(milliseconds(2'000))});
  });

  EXPECT_THAT(adopting.runs,
              ElementsAre("old! 1000", "old 1000", "old 2000", "old 2000", "old 2000"));
  EXPECT_EQ(adopting.streak, 5);
}

TEST(Adoption, OfAProbeMadeAnewRunsItDeepFirstAndKeepsTheStreak) {
  Adopting adopting;

  adopting.run([&](Scheduler& scheduler) {
    scheduler.adopt("storage",
                    {.timing = quick(milliseconds(1'000)), .probe = adopting.made("new")});
    scheduler.adopt("storage", {.timing = quick(milliseconds(2'000))});
  });

  EXPECT_THAT(adopting.runs,
              ElementsAre("old! 1000", "old 1000", "new! 2000", "new 2000", "new 2000"));
  EXPECT_EQ(adopting.streak, 5);
}

TEST(Adoption, AtOnceDoesNotWaitForThePeriod) {
  Adopting adopting;
  settings::ProbeCommon rare = quick(milliseconds(2'000));
  rare.period = std::chrono::hours(1);

  adopting.run([&](Scheduler& scheduler) {
    scheduler.adopt("storage", {.timing = rare, .at_once = true});
    adopting.on_third_run = [&] {
      scheduler.adopt("storage", {.timing = quick(milliseconds(3'000)), .at_once = true});
    };
  });

  EXPECT_THAT(adopting.runs,
              ElementsAre("old! 1000", "old 1000", "old 2000", "old 3000", "old 3000"));
}

TEST(Adoption, WaitsForAProbeWhoseChildIsStuck) {
  Adopting adopting;

  adopting.run([&](Scheduler& scheduler) {
    adopting.first->has_a_stuck_child(true);
    scheduler.adopt("storage",
                    {.timing = quick(milliseconds(1'000)), .probe = adopting.made("new")});
  });

  EXPECT_THAT(adopting.runs,
              ElementsAre("old! 1000", "old 1000", "old 1000", "old 1000", "old 1000"));
}

TEST(Adoption, OfAPolicyChangesWhatCountsAndNothingElse) {
  Board board(test::a_snapshot_of({"config", "storage"}), {});
  const Snapshot before = *board.current();

  board.adopt("storage", {.max_age = milliseconds(1), .fail_after = 7}, false, Instant());

  EXPECT_EQ(board.current()->find("storage")->policy.fail_after, 7);
  EXPECT_EQ(board.current()->find("config")->policy.fail_after,
            before.find("config")->policy.fail_after);
  EXPECT_EQ(board.current()->find("storage")->streak, before.find("storage")->streak);
}

}  // namespace
}  // namespace sparkwarden::runtime
