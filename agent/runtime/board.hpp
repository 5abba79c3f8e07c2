// SPDX-License-Identifier: Apache-2.0
// Holds the current snapshot. publish() and tick() are the only places where state changes.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/snapshot.hpp"

namespace sparkwarden::runtime {

/// Not thread-safe: lives on the event loop.
class Board {
 public:
  /// Called after each change with both snapshots.
  using Listener = std::function<void(const Snapshot& before, const Snapshot& after)>;

  Board(Snapshot first, GatePolicy gate);

  [[nodiscard]] std::shared_ptr<const Snapshot> current() const { return current_; }
  [[nodiscard]] const GatePolicy& gate_policy() const { return gate_; }

  void subscribe(Listener listener);
  /// Folds the report in and lets the gate look at the result. `wakes`: see fold.
  void publish(Report report, Instant now, std::span<const std::string> wakes = {});
  /// From the next report on the agent itself is one of those that must pass for the gate to open,
  /// or is not.
  void hold_for_settings(bool holds);
  /// From now on what the settings say about this probe's verdict is `policy`. `outdated`: what it
  /// said by other settings does not count for the gate until it has looked again.
  void adopt(std::string_view probe, const ProbePolicy& policy, bool outdated, Instant now);
  /// Lets the gate look at the time.
  void tick(Instant now);

 private:
  void replace(Snapshot next, Instant now);

  std::shared_ptr<const Snapshot> current_;
  GatePolicy gate_;
  std::vector<Listener> listeners_;
};

}  // namespace sparkwarden::runtime
