// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/loop_lag.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparkwarden::runtime {
namespace asio = boost::asio;

asio::awaitable<void> LoopLag::watch() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    due_ = Instant::clock::now() + kBeat;
    timer.expires_at(due_);
    co_await timer.async_wait(asio::use_awaitable);
    const Instant now = Instant::clock::now();
    lags_[next_] = std::chrono::duration_cast<milliseconds>(now - due_);
    next_ = (next_ + 1) % kBeats;
  }
}

milliseconds LoopLag::largest(Instant now) const {
  const milliseconds overdue =
      now > due_ ? std::chrono::duration_cast<milliseconds>(now - due_) : milliseconds(0);
  return std::max(overdue, *std::ranges::max_element(lags_));
}

}  // namespace sparkwarden::runtime
