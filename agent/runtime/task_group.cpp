// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/task_group.hpp"

#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace sparkwarden::runtime {
namespace asio = boost::asio;
namespace {

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);

/// What an exception says; empty for a cancelled task, which is no failure.
std::string words_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted ? std::string() : e.what();
  } catch (const asio::multiple_exceptions& e) {  // of `a || b`, both cancelled
    return words_of(e.first_exception());
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an unknown exception";
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)),
      all_done_(executor_, asio::steady_timer::time_point::max()),
      cancelled_(executor_, asio::steady_timer::time_point::max()) {}

void TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
  const auto place = tasks_.emplace(tasks_.end());
  place->name = std::move(name);
  auto on_end = [this, place](const std::exception_ptr& error) {
    const std::string words = error ? words_of(error) : std::string();
    if (!words.empty() && failure_.empty()) failure_ = place->name + ": " + words;
    tasks_.erase(place);
    if (tasks_.empty()) all_done_.cancel();
    if (!words.empty()) cancel();
  };
  asio::co_spawn(executor_,
                 std::move(task),
                 asio::bind_cancellation_slot(place->signal.slot(), std::move(on_end)));
}

void TaskGroup::cancel() {
  if (std::exchange(cancelling_, true)) return;
  cancelled_.cancel();
  // Posted one by one: emitting can end a task, which erases it from the list we would walk.
  for (Task& task : tasks_) {
    asio::post(executor_, [this, which = &task] {
      for (Task& alive : tasks_) {
        if (&alive == which) {
          alive.signal.emit(asio::cancellation_type::terminal);
          return;
        }
      }
    });
  }
}

asio::awaitable<void> TaskGroup::cancelled() {
  while (!cancelling_) co_await cancelled_.async_wait(kQuiet);
}

asio::awaitable<bool> TaskGroup::join(milliseconds limit) {
  all_done_.expires_after(limit);
  while (!tasks_.empty() && all_done_.expiry() > asio::steady_timer::clock_type::now()) {
    co_await all_done_.async_wait(kQuiet);
  }
  co_return tasks_.empty();
}

}  // namespace sparkwarden::runtime
