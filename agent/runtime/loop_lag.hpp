// SPDX-License-Identifier: Apache-2.0
// How late the event loop is: the thing that /livez can fail on.
#pragma once

#include <array>
#include <cstddef>

#include <boost/asio/awaitable.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::runtime {

/// The largest lag of the last ten seconds, from a timer that fires four times a second.
class LoopLag {
 public:
  [[nodiscard]] boost::asio::awaitable<void> watch();
  /// Also counts the beat that is overdue right now: a loop that just woke up from being stuck must
  /// not answer from numbers taken before.
  [[nodiscard]] milliseconds largest(Instant now) const;

 private:
  static constexpr milliseconds kBeat{250};
  static constexpr std::size_t kBeats = 40;  // ten seconds

  std::array<milliseconds, kBeats> lags_{};
  std::size_t next_ = 0;
  Instant due_ = Instant::max();
};

}  // namespace sparkwarden::runtime
