// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_traffic.hpp"

#include <algorithm>

namespace sparkwarden::probes::storage {
namespace {

bool went_back(const MountCounters& before, const MountCounters& after) {
  return after.sends < before.sends || after.receives < before.receives ||
         after.backlog < before.backlog || after.operations < before.operations ||
         after.transmissions < before.transmissions || after.timeouts < before.timeouts ||
         after.rtt_ms < before.rtt_ms;
}

// The kernel counts whole seconds, and rounds them at moments of its own.
bool another_mount(const MountCounters& before, const MountCounters& after) {
  return after.source != before.source || after.age_seconds + 1 < before.age_seconds;
}

std::uint64_t retransmits(const MountCounters& counters) {
  return counters.transmissions > counters.operations ? counters.transmissions - counters.operations
                                                      : 0;
}

std::uint64_t grown(std::uint64_t before, std::uint64_t after) {
  return after > before ? after - before : 0;
}

}  // namespace

MountCounters counters_of(const MountStats& stats) {
  MountCounters sum{.source = stats.source, .age_seconds = stats.age_seconds};
  for (const TransportStats& transport : stats.transports) {
    sum.sends += transport.sends;
    sum.receives += transport.receives;
    sum.backlog += transport.backlog;
    sum.connects += transport.connects;
  }
  for (const OperationStats& operation : stats.operations) {
    sum.operations += operation.operations;
    sum.transmissions += operation.transmissions;
    sum.timeouts += operation.timeouts;
    sum.rtt_ms += operation.rtt_ms;
  }
  return sum;
}

std::optional<MountTraffic> compare(std::optional<MountMemory>& memory,
                                    const MountCounters& counters,
                                    Instant now) {
  if (!memory || another_mount(memory->last, counters) || went_back(memory->last, counters)) {
    memory = {.last = counters, .settled = counters.unanswered(), .quiet_since = now};
    return std::nullopt;
  }
  const MountCounters& before = memory->last;
  const bool frozen = counters.receives == before.receives;
  if (!frozen) memory->quiet_since = now;
  MountTraffic traffic;
  // Both looks saw somebody wait, and nobody got an answer in between. One look alone could have
  // come between a request and its answer.
  traffic.hung = frozen && before.unanswered() > memory->settled;
  traffic.waiting = grown(memory->settled, counters.unanswered());
  traffic.quiet = std::chrono::duration_cast<milliseconds>(now - memory->quiet_since);
  traffic.retransmits = grown(retransmits(before), retransmits(counters));
  traffic.timeouts = grown(before.timeouts, counters.timeouts);
  traffic.requests = grown(before.operations, counters.operations);
  traffic.round_trip = milliseconds(grown(before.rtt_ms, counters.rtt_ms));
  const std::uint64_t sent = grown(before.sends, counters.sends);
  if (sent > 0) {
    traffic.backlog =
        static_cast<double>(grown(before.backlog, counters.backlog)) / static_cast<double>(sent);
  }
  memory->settled = std::min(memory->settled, counters.unanswered());
  memory->last = counters;
  return traffic;
}

}  // namespace sparkwarden::probes::storage
