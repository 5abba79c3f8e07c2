// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/figures.hpp"

#include <chrono>
#include <string>

#include "probes/storage/measures.hpp"

namespace sparkwarden::probes::storage {

void measure_space(const WireLook& look, Observed& seen) {
  const auto gauge = [&](const MeasureSpec& spec, std::string_view key) {
    const auto bytes = told_number(look, key);
    if (bytes) seen.measurements.push_back({.spec = &spec, .labels = {}, .value = *bytes});
  };
  gauge(measures::kSize, "space.total");
  gauge(measures::kFree, "space.available");
}

void measure_traffic(const std::optional<MountTraffic>& traffic, Observed& seen) {
  if (!traffic) return;
  const auto measure = [&](const MeasureSpec& spec, double value) {
    seen.measurements.push_back({.spec = &spec, .labels = {}, .value = value});
  };
  measure(measures::kRetransmits, static_cast<double>(traffic->retransmits));
  measure(measures::kTimeouts, static_cast<double>(traffic->timeouts));
  measure(measures::kRequests, static_cast<double>(traffic->requests));
  measure(measures::kRoundTrip, std::chrono::duration<double>(traffic->round_trip).count());
  measure(measures::kBacklog, traffic->backlog);
  measure(measures::kUnanswered, static_cast<double>(traffic->waiting));
}

void measure_kills(std::string_view via, int killed, Observed& seen) {
  seen.measurements.push_back({.spec = &measures::kChildKills,
                               .labels = {std::string(via)},
                               .value = static_cast<double>(killed)});
}

}  // namespace sparkwarden::probes::storage
