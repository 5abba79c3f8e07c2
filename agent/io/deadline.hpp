// SPDX-License-Identifier: Apache-2.0
// A limit on a wait that can be cancelled. Waits that cannot (name lookups) have their own way.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tl/expected.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

namespace detail {

// `a || b` waits for the first *success*: a throwing operand would only be seen at the deadline, so
// its exception travels as a value.
template <typename T>
awaitable<tl::expected<T, std::exception_ptr>> caught(awaitable<T> work) {
  std::exception_ptr failure;
  try {
    co_return co_await std::move(work);
  } catch (...) {
    failure = std::current_exception();
  }
  co_return tl::unexpected(failure);
}

}  // namespace detail

/// What `work` returns, or nullopt when `limit` passed first. `work` is then cancelled and waited
/// for: it must honour cancellation.
/// Errors: what `work` throws, and operation_aborted when the caller itself is cancelled.
template <typename T>
awaitable<std::optional<T>> with_deadline(awaitable<T> work, milliseconds limit) {
  using boost::asio::experimental::awaitable_operators::operator||;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, limit);
  auto guarded = detail::caught<T>(std::move(work));
  auto expiry = timer.async_wait(boost::asio::use_awaitable);
  auto first = co_await (std::move(guarded) || std::move(expiry));
  if (first.index() == 1) co_return std::nullopt;
  auto& result = std::get<0>(first);
  if (!result) std::rethrow_exception(result.error());
  co_return std::move(*result);
}

}  // namespace sparkwarden::io
