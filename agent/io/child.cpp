// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <sys/wait.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/system_error.hpp>

#include "agent/io/child_process.hpp"
#include "agent/io/deadline.hpp"

namespace sparkwarden::io {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::system_error;

constexpr auto kTupled = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kReapPoll{5};

enum class Reading { ended, flooded };

awaitable<Reading> read_output(stream_descriptor& pipe, std::string& output, std::size_t limit) {
  std::array<char, 16 * 1024> chunk{};
  while (true) {
    const auto [error, got] = co_await pipe.async_read_some(asio::buffer(chunk), kTupled);
    if (error == asio::error::operation_aborted) throw system_error(error);
    if (error) co_return Reading::ended;
    output.append(chunk.data(), got);
    if (output.size() > limit) co_return Reading::flooded;
  }
}

awaitable<bool> reaped(ChildProcess& child) {
  const auto executor = co_await asio::this_coro::executor;
  if (const int watch = child.watch(); watch >= 0) {
    stream_descriptor process(executor, watch);
    const auto [error] = co_await process.async_wait(stream_descriptor::wait_read, kTupled);
    if (error) throw system_error(error);
    co_return child.try_reap();
  }
  asio::steady_timer pause(executor);
  while (!child.try_reap()) {
    pause.expires_after(kReapPoll);
    co_await pause.async_wait(asio::use_awaitable);
  }
  co_return true;
}

// True when the child was reaped within `limit`.
awaitable<bool> wait_gone(ChildProcess& child, milliseconds limit) {
  if (child.try_reap()) co_return true;
  const std::optional<bool> gone = co_await with_deadline(reaped(child), limit);
  co_return gone.value_or(false) || child.try_reap();
}

// How the child ended by itself, or why it has to be killed.
awaitable<ChildEnd> follow(ChildProcess& child,
                           stream_descriptor& pipe,
                           std::string& output,
                           std::size_t output_bytes_max,
                           milliseconds deadline) {
  const std::optional<Reading> reading =
      co_await with_deadline(read_output(pipe, output, output_bytes_max), deadline);
  if (!reading) co_return ChildEnd::deadline;
  if (*reading == Reading::flooded) co_return ChildEnd::flooded;
  const milliseconds left = std::max(milliseconds(0), deadline - child.age());
  const bool gone = co_await wait_gone(child, left);
  if (!gone) co_return ChildEnd::deadline;
  co_return WIFSIGNALED(child.status()) ? ChildEnd::signalled : ChildEnd::exited;
}

int plain_status(const ChildProcess& child) {
  const int status = child.status();
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

// The value, or the exception that cancellation made of it.
template <typename T>
awaitable<std::optional<T>> unless_cancelled(awaitable<T> work) {
  std::optional<T> value;
  try {
    value = co_await std::move(work);
  } catch (const system_error&) {
    value.reset();  // whatever it was, the child still has to be killed and reaped
  }
  co_return value;
}

}  // namespace

ChildSlot::ChildSlot() = default;
ChildSlot::~ChildSlot() = default;

std::optional<milliseconds> ChildSlot::age() {
  if (child_ != nullptr && child_->try_reap()) child_.reset();
  return child_ == nullptr ? std::nullopt : std::optional(child_->age());
}

boost::asio::awaitable<ChildOutcome> ChildSlot::run(ChildSpec spec) {
  if (const auto held = age()) co_return ChildOutcome{.end = ChildEnd::busy, .took = *held};
  auto started = start_child(spec);
  if (!started) co_return ChildOutcome{.detail = std::move(started.error())};
  child_ = std::move(started->process);
  stream_descriptor pipe(co_await asio::this_coro::executor, started->output.release());

  // After a cancellation the child still has to be killed and reaped, so this coroutine must be
  // able to go on awaiting; it throws at the end instead.
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  ChildOutcome outcome;
  auto life = follow(*child_, pipe, outcome.output, spec.output_bytes_max, spec.deadline);
  const std::optional<ChildEnd> end = co_await unless_cancelled(std::move(life));
  if (end != ChildEnd::exited && end != ChildEnd::signalled) child_->kill();
  const std::optional<bool> gone = co_await unless_cancelled(wait_gone(*child_, spec.reap_limit));
  co_await asio::this_coro::throw_if_cancelled(throwing);

  outcome.took = child_->age();
  outcome.stuck = !gone.value_or(false);
  if (!outcome.stuck) {
    outcome.status = plain_status(*child_);
    child_.reset();
  }
  if (!end) throw system_error(asio::error::operation_aborted);
  outcome.end = *end;
  outcome.output.resize(std::min(outcome.output.size(), spec.output_bytes_max));
  co_return outcome;
}

}  // namespace sparkwarden::io
