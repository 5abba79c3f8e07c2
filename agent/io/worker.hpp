// SPDX-License-Identifier: Apache-2.0
// The one worker thread, for what would hold the event loop for over a millisecond. Started when it
// is first needed. Only for work that ends by itself: storage is never touched here.
#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparkwarden::io {

[[nodiscard]] boost::asio::any_io_executor worker();

namespace detail {
template <typename T>
boost::asio::awaitable<T> call(std::function<T()> work) {
  co_return work();
}
}  // namespace detail

/// The result of `work`, taken on the worker thread; continues where it was called.
/// Errors: what `work` throws is thrown here. Cancellation waits for the work to end.
template <typename T>
[[nodiscard]] boost::asio::awaitable<T> on_worker(std::function<T()> work) {
  boost::asio::awaitable<T> called = detail::call(std::move(work));
  boost::asio::any_io_executor executor = worker();
  T result =
      co_await boost::asio::co_spawn(executor, std::move(called), boost::asio::use_awaitable);
  co_return result;
}

}  // namespace sparkwarden::io
