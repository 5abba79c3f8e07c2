// SPDX-License-Identifier: Apache-2.0
// What the kernel's counters of one NFS mount say about the time between two looks. Pure. Nothing
// here touches the mount, so it also works, and matters most, when the server does not answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/core/time.hpp"
#include "probes/storage/mount_stats.hpp"

namespace sparkwarden::probes::storage {

/// The counters of one look, added up over connections and operations.
struct MountCounters {
  std::string source = {};
  std::uint64_t age_seconds = 0;
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;
  std::uint64_t backlog = 0;
  std::uint64_t connects = 0;
  std::uint64_t operations = 0;
  std::uint64_t transmissions = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t rtt_ms = 0;

  /// Requests without an answer. A request that was sent twice and answered once counts here for
  /// ever, so only growth means anything.
  [[nodiscard]] std::uint64_t unanswered() const { return sends > receives ? sends - receives : 0; }
  bool operator==(const MountCounters&) const = default;
};

[[nodiscard]] MountCounters counters_of(const MountStats& stats);

/// What is kept of a mount from one look to the next.
struct MountMemory {
  MountCounters last = {};
  std::uint64_t settled =
      0;                     // fewest unanswered requests that were ever seen: never to be answered
  Instant quiet_since = {};  // since when no answer came
};

/// Between the last look and this one.
struct MountTraffic {
  bool hung = false;  // requests wait, and all the time no answer came to any
  std::uint64_t waiting = 0;
  milliseconds quiet{0};  // how long no answer has come
  std::uint64_t retransmits = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t requests = 0;  // that came to an end, and how long they waited for their answers
  milliseconds round_trip{0};
  double backlog = 0;  // requests that waited for a slot, on average over the requests sent

  bool operator==(const MountTraffic&) const = default;
};

/// Compares `counters` with what `memory` has, and remembers them. nullopt where there is nothing
/// to compare with: the first look at a mount, another mount at its path, counters that went back.
[[nodiscard]] std::optional<MountTraffic> compare(std::optional<MountMemory>& memory,
                                                  const MountCounters& counters,
                                                  Instant now);

}  // namespace sparkwarden::probes::storage
