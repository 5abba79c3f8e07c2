// SPDX-License-Identifier: Apache-2.0
// Coroutines that belong together: spawned with a name, cancelled together, waited for together. A
// task that throws is never lost: its error is kept and everything else is cancelled.
#pragma once

#include <list>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::runtime {

/// Not thread-safe. Must outlive its tasks: wait for join() before it goes.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() = default;

  void spawn(std::string name, boost::asio::awaitable<void> task);
  void cancel();
  /// Waits until every task has ended, at most `limit`. False: some have not.
  [[nodiscard]] boost::asio::awaitable<bool> join(milliseconds limit);
  /// Waits until cancel() is called, by anyone.
  [[nodiscard]] boost::asio::awaitable<void> cancelled();

  /// What the first failing task said, with its name; empty if none failed.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Task {
    std::string name;
    boost::asio::cancellation_signal signal;
  };

  boost::asio::any_io_executor executor_;
  std::list<Task> tasks_;
  boost::asio::steady_timer all_done_;
  boost::asio::steady_timer cancelled_;
  bool cancelling_ = false;
  std::string failure_;
};

}  // namespace sparkwarden::runtime
