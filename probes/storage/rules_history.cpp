// SPDX-License-Identifier: Apache-2.0
// What more than one full run is needed to see: a server that is slow, an export that was replaced.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/token_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

// A server that is slow stays so until it is clearly faster than the limit.
constexpr double kFastAgain = 0.8;

// What a sweep takes is a matter of how much there was to remove.
std::vector<OperationTime> times_of(const WireLook& look) {
  std::vector<OperationTime> times;
  for (const io::ChildEvent& event : look.transcript.events) {
    const auto* end = std::get_if<io::StepEnd>(&event);
    if (end == nullptr || !end->ok || end->step == kSweepStep) continue;
    times.push_back({end->step, end->took});
  }
  return times;
}

void learn(std::string& first, std::string& last, std::optional<std::string_view> told) {
  if (!told) return;
  last = std::string(*told);
  if (first.empty()) first = last;
}

std::string shown(const Identity& identity) {
  std::string text;
  for (const std::string& fsid : {identity.fsid, identity.fsid4}) {
    if (!fsid.empty()) text += "fsid " + fsid + ", ";
  }
  return text + "directory " + identity.directory;
}

std::string in_ms(microseconds time) {
  return std::to_string(time.count() / 1000) + " ms";
}

void judge_identity(const History& history,
                    const Target& target,
                    const Judge& judge,
                    Observed& out) {
  if (history.first == history.last) return;
  Finding changed =
      found_at(codes::kServerChanged,
               target,
               judge,
               "the export was " + shown(history.first) + " when this agent first saw it, and is " +
                   shown(history.last) + " now; mounts from before refer to what is gone");
  // Where this pod has no mount of its own, others may have been restarted already.
  const bool mounted = target.mount && target.mount->nfs && judge.settings->mount != Use::off;
  if (!mounted) changed.severity = Severity::warning;
  out.findings.push_back(std::move(changed));
}

}  // namespace

// With fewer than a hundred operations the nearest rank would be the slowest one, and a single disk
// that had to spin up would be a finding for as long as the window holds it. Rounded down, one
// outlier is forgiven.
std::optional<OperationTime> slow_end(const History& history) {
  std::vector<OperationTime> all;
  for (const auto& run : history.runs) all.insert(all.end(), run.begin(), run.end());
  if (all.empty()) return std::nullopt;
  const std::size_t rank = (all.size() - 1) * 99 / 100;
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(
      all.begin(), at, all.end(), [](const OperationTime& left, const OperationTime& right) {
        return left.took < right.took;
      });
  return *at;
}

History remember(History history, const WireLook& look, const SlowLimit& limit) {
  if (!look.transcript.done) return history;
  learn(history.first.fsid, history.last.fsid, look.transcript.fact("fsid"));
  learn(history.first.fsid4, history.last.fsid4, look.transcript.fact("fsid4"));
  learn(history.first.directory, history.last.directory, look.transcript.fact("fileid"));
  history.runs.push_back(times_of(look));
  while (history.runs.size() > static_cast<std::size_t>(limit.runs)) history.runs.pop_front();
  const std::optional<OperationTime> p99 = slow_end(history);
  const auto bound = std::chrono::duration_cast<microseconds>(limit.p99);
  const double factor = history.slow ? kFastAgain : 1.0;
  history.slow =
      p99 && static_cast<double>(p99->took.count()) > factor * static_cast<double>(bound.count());
  return history;
}

void judge_speed(const History& history,
                 std::string_view where,
                 const Target& target,
                 const Judge& judge,
                 Observed& out) {
  const std::optional<OperationTime> p99 = slow_end(history);
  if (!history.slow || !p99) return;
  const SlowLimit& limit = judge.settings->slow;
  const std::string message = "p99 of the operations " + std::string(where) + " of the last " +
                              std::to_string(history.runs.size()) + " full runs is " +
                              in_ms(p99->took) + " (step " + p99->step + "); the limit is " +
                              in_ms(limit.p99);
  out.findings.push_back(found_at(codes::kServerSlow, target, judge, message));
}

void judge_history(const History& history,
                   const Target& target,
                   const Judge& judge,
                   Observed& out) {
  judge_identity(history, target, judge, out);
  judge_speed(history, "over the wire", target, judge, out);
}

}  // namespace sparkwarden::probes::storage
