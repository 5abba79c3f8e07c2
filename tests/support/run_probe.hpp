// SPDX-License-Identifier: Apache-2.0
// One run of a probe to its end, on a loop of its own.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/io/probe.hpp"

namespace sparkwarden::tests {

/// What the run saw. What the probe throws is thrown here.
[[nodiscard]] inline Observed run_probe(Probe& probe,
                                        std::shared_ptr<const Snapshot> before = nullptr,
                                        milliseconds deadline = std::chrono::minutes(1)) {
  boost::asio::io_context loop;
  std::optional<Observed> seen;
  std::exception_ptr failure;
  RunContext context{.now = Instant::clock::now(),
                     .wall = WallTime::clock::now(),
                     .deadline = deadline,
                     .full = true,
                     .before = std::move(before)};
  boost::asio::co_spawn(loop, probe.run(context), [&](std::exception_ptr error, Observed result) {
    failure = std::move(error);
    seen = std::move(result);
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  if (!seen) throw std::runtime_error("the probe did not end");
  return std::move(*seen);
}

}  // namespace sparkwarden::tests
