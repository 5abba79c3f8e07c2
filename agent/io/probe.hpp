// SPDX-License-Identifier: Apache-2.0
// The one interface a probe implements.
#pragma once

#include <memory>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "agent/core/snapshot.hpp"

namespace sparkwarden {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

/// What one run may use. `deadline` is for the whole run, from `now`; `before` is how a probe reads
/// what the others found; `full` asks for the deep form of a probe that has two.
struct RunContext {
  Instant now;
  WallTime wall;
  milliseconds deadline;
  bool full = true;
  std::shared_ptr<const Snapshot> before;
};

/// Looks at one thing once. Keeps no history of verdicts, knows no period, threshold or exporter.
class Probe {
 public:
  Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  virtual ~Probe() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Throws nothing the caller has to understand: an exception becomes agent.run.exception.
  [[nodiscard]] virtual awaitable<Observed> run(RunContext context) = 0;

  /// Returns true when what this probe looks at may have changed, so that it should run before its
  /// period is over; called again then. False: it cannot tell, and is not asked again.
  [[nodiscard]] virtual awaitable<bool> changed() { co_return false; }

  /// Whether nothing is left of what it started: a probe whose child cannot be killed is not
  /// replaced, because the next one would start another.
  [[nodiscard]] virtual bool idle() { return true; }
};

}  // namespace sparkwarden
