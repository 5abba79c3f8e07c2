// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/board.hpp"

#include <utility>

namespace sparkwarden::runtime {

Board::Board(Snapshot first, GatePolicy gate)
    : current_(std::make_shared<const Snapshot>(std::move(first))), gate_(std::move(gate)) {}

void Board::subscribe(Listener listener) {
  listeners_.push_back(std::move(listener));
}

void Board::publish(Report report, Instant now, std::span<const std::string> wakes) {
  replace(fold(*current_, std::move(report), wakes), now);
}

void Board::hold_for_settings(bool holds) {
  std::erase(gate_.probes, kAgentProbe);
  if (holds) gate_.probes.emplace_back(kAgentProbe);
  Snapshot next = *current_;
  for (ProbeState& state : next.probes) {
    if (state.name == kAgentProbe) state.in_gate = holds;
  }
  current_ = std::make_shared<const Snapshot>(std::move(next));
}

void Board::adopt(std::string_view probe, const ProbePolicy& policy, bool outdated, Instant now) {
  Snapshot next = *current_;
  for (ProbeState& state : next.probes) {
    if (state.name != probe) continue;
    state.policy = policy;
    state.outdated = state.outdated || (outdated && state.last != nullptr);
  }
  replace(std::move(next), now);
}

void Board::tick(Instant now) {
  if (advance(*current_, gate_, now) != current_->gate) replace(*current_, now);
}

void Board::replace(Snapshot next, Instant now) {
  next.gate = advance(next, gate_, now);
  const auto before = std::exchange(current_, std::make_shared<const Snapshot>(std::move(next)));
  for (const Listener& listener : listeners_) listener(*before, *current_);
}

}  // namespace sparkwarden::runtime
