// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/task_group.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace sparkwarden::runtime {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> sleep_for_ever(bool& ended) {
  asio::steady_timer timer(co_await asio::this_coro::executor, Instant::max());
  try {
    co_await timer.async_wait(asio::use_awaitable);
  } catch (...) {
    ended = true;
    throw;
  }
}

asio::awaitable<void> throw_at_once() {
  throw std::runtime_error("broken");
  co_return;
}

asio::awaitable<void> join_into(TaskGroup& tasks, milliseconds limit, std::optional<bool>& answer) {
  co_await tasks.cancelled();
  answer = co_await tasks.join(limit);
}

TEST(TaskGroup, CancelEndsEveryTaskAndIsNoFailure) {
  asio::io_context loop;
  TaskGroup tasks(loop.get_executor());
  bool first = false;
  bool second = false;
  tasks.spawn("first", sleep_for_ever(first));
  tasks.spawn("second", sleep_for_ever(second));
  asio::post(loop, [&] { tasks.cancel(); });

  loop.run();

  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_EQ(tasks.failure(), "");
}

TEST(TaskGroup, ATaskThatThrowsIsKeptByNameAndEndsTheOthers) {
  asio::io_context loop;
  TaskGroup tasks(loop.get_executor());
  bool ended = false;
  tasks.spawn("sleeper", sleep_for_ever(ended));
  tasks.spawn("thrower", throw_at_once());

  loop.run();

  EXPECT_EQ(tasks.failure(), "thrower: broken");
  EXPECT_TRUE(ended);
}

TEST(TaskGroup, JoinWaitsForTheLastTask) {
  asio::io_context loop;
  TaskGroup tasks(loop.get_executor());
  bool ended = false;
  std::optional<bool> joined;
  tasks.spawn("sleeper", sleep_for_ever(ended));
  asio::co_spawn(loop, join_into(tasks, std::chrono::minutes(1), joined), asio::detached);
  asio::post(loop, [&] { tasks.cancel(); });

  loop.run();

  EXPECT_EQ(joined, true);
}

}  // namespace
}  // namespace sparkwarden::runtime
