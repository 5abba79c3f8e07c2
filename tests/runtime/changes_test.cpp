// SPDX-License-Identifier: Apache-2.0
// A probe that tells when what it looks at has changed.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/runtime/scheduler.hpp"
#include "tests/core/a_run.hpp"

namespace sparkwarden::runtime {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

/// The probes that still have changes to tell, and who waits for the last of them.
class Untold {
 public:
  explicit Untold(asio::any_io_executor executor) : none_left_(executor, Instant::max()) {}

  void expect() { ++left_; }
  void told() {
    if (--left_ == 0) none_left_.cancel();
  }
  [[nodiscard]] awaitable<void> none_left() {
    while (left_ > 0) {
      const auto waited = co_await none_left_.async_wait(asio::as_tuple(asio::use_awaitable));
      static_cast<void>(waited);
    }
  }

 private:
  asio::steady_timer none_left_;
  int left_ = 0;
};

/// Notes its runs, name! for a full one, and says `changes` times that something changed. No run
/// ends before the scheduler has taken in every change: the clock decides nothing.
class ChangingProbe final : public Probe {
 public:
  ChangingProbe(std::string name, int changes, std::vector<std::string>& runs, Untold& untold)
      : name_(std::move(name)), changes_(changes), runs_(runs), untold_(untold) {
    untold_.expect();
  }

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override {
    runs_.push_back(name_ + (context.full ? "!" : ""));
    co_await untold_.none_left();
    co_return Observed{};
  }
  [[nodiscard]] awaitable<bool> changed() override {
    if (changes_-- > 0) co_return true;
    untold_.told();  // asked again, so the change before was taken in
    co_return false;
  }

 private:
  std::string name_;
  int changes_;
  std::vector<std::string>& runs_;
  Untold& untold_;
};

class Changes : public testing::Test {
 protected:
  void add(std::string name, int changes, std::vector<std::string> wakes = {}) {
    settings::ProbeCommon timing;
    timing.period = std::chrono::hours(1);
    scheduled_.push_back({.probe = std::make_unique<ChangingProbe>(name, changes, runs_, untold_),
                          .timing = timing,
                          .full_every = std::nullopt,
                          .wakes = std::move(wakes)});
  }

  void run_until(int count) {
    Scheduler scheduler(loop_.get_executor(), board_, {}, 1, std::move(scheduled_));
    board_.subscribe([&, published = 0](const Snapshot&, const Snapshot&) mutable {
      if (++published == count) tasks_.cancel();
    });
    scheduler.start(tasks_);
    loop_.run();
  }

  asio::io_context loop_;
  Board board_{test::a_snapshot_of({"config", "storage"}), {}};
  TaskGroup tasks_{loop_.get_executor()};
  Untold untold_{loop_.get_executor()};
  std::vector<std::string> runs_;
  std::vector<Scheduled> scheduled_;
};

TEST_F(Changes, AreLookedAtOnceMoreWhereARunWasUnderWayAndNotInFull) {
  add("config", 3);

  run_until(2);

  EXPECT_THAT(runs_, ElementsAre("config!", "config"));
}

TEST_F(Changes, BeforeTheFirstRunWaitForIt) {
  add("storage", 3);
  add("config", 0, {"storage"});

  run_until(2);

  EXPECT_THAT(runs_, ElementsAre("config!", "storage!"));
}

TEST_F(Changes, StartNothingOnceTheAgentEnds) {
  add("config", 1);

  run_until(1);

  EXPECT_THAT(runs_, ElementsAre("config!"));
}

/// Waits for a change that never comes, with something of its own in hand.
class WaitingProbe final : public Probe {
 public:
  explicit WaitingProbe(std::vector<std::string>& runs) : runs_(runs) {}

  [[nodiscard]] std::string_view name() const override { return "config"; }
  [[nodiscard]] awaitable<Observed> run(RunContext) override {
    runs_.emplace_back("old");
    co_return Observed{.again_in = milliseconds(100)};
  }
  [[nodiscard]] awaitable<bool> changed() override {
    timer_.emplace(co_await asio::this_coro::executor, Instant::max());
    co_await timer_->async_wait(asio::use_awaitable);
    co_return true;
  }

 private:
  std::vector<std::string>& runs_;
  std::optional<asio::steady_timer> timer_;
};

TEST_F(Changes, OfWhatAProbeThatWasReplacedLooksAtAreItsSuccessorsToTell) {
  settings::ProbeCommon timing;
  timing.period = std::chrono::hours(1);
  scheduled_.push_back({.probe = std::make_unique<WaitingProbe>(runs_),
                        .timing = timing,
                        .full_every = std::nullopt,
                        .wakes = {}});
  Scheduler scheduler(loop_.get_executor(), board_, {}, 1, std::move(scheduled_));
  board_.subscribe([&, published = 0](const Snapshot&, const Snapshot&) mutable {
    // Taken up at its next run; after that the new one's change is one more.
    if (++published == 1) {
      scheduler.adopt("config",
                      {.timing = timing,
                       .probe = std::make_unique<ChangingProbe>("config", 1, runs_, untold_)});
    }
    if (published == 3) tasks_.cancel();
  });

  scheduler.start(tasks_);
  loop_.run();

  EXPECT_THAT(runs_, ElementsAre("old", "config!", "config"));
}

}  // namespace
}  // namespace sparkwarden::runtime
