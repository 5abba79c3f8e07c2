// SPDX-License-Identifier: Apache-2.0
// How the child tells what it does: one step, timed, with its two events; one fact.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "agent/io/child_protocol.hpp"
#include "probes/storage/wire_client.hpp"

namespace sparkwarden::probes::storage {

inline void tell_fact(std::string_view key, std::string value) {
  io::tell(io::ChildFact{std::string(key), std::move(value)});
}

/// Runs `act` between its `begin` and its `end`. True when it went well.
template <typename Act>
bool step(std::string_view name, Act act, std::string_view via = "wire") {
  io::tell(io::StepBegin{std::string(name), std::string(via)});
  const Instant start = std::chrono::steady_clock::now();
  const Wire<void> result = act();
  io::StepEnd end{.step = std::string(name)};
  end.took = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);
  if (!result) {
    end.ok = false;
    end.symbol = result.error().symbol;
    end.error = result.error().error;
    end.text = result.error().text;
  }
  io::tell(end);
  return result.has_value();
}

}  // namespace sparkwarden::probes::storage
