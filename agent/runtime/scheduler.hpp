// SPDX-License-Identifier: Apache-2.0
// Runs each probe when it is due: one loop per probe, at most one run of it in flight.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/config/config.hpp"
#include "agent/core/policy.hpp"
#include "agent/io/probe.hpp"
#include "agent/runtime/board.hpp"
#include "agent/runtime/task_group.hpp"

namespace sparkwarden::runtime {

/// A probe with what the settings and the registry say about its runs.
struct Scheduled {
  std::shared_ptr<Probe> probe;  // shared with who waits for changes of what it looks at
  settings::ProbeCommon timing;
  std::optional<milliseconds> full_every;  // after the first full run; nullopt: never again
  std::vector<std::string> wakes;          // probes that run again when this one's facts change
  bool follows_verdicts = false;           // runs again when another's verdict or the gate changes
  milliseconds follow_pause{1'000};        // but not sooner than this after a run of its own
};

/// What new settings change about a probe.
struct Adoption {
  settings::ProbeCommon timing;
  std::optional<milliseconds> full_every = {};
  std::unique_ptr<Probe> probe = {};  // made anew; nullptr: the one that runs
  bool at_once = false;               // and not when it is due
};

/// One run, from calling the probe to a finished report: the deadline is kept even by a probe that
/// does not, and an exception becomes `agent.run.exception`.
[[nodiscard]] awaitable<Report> run_once(Probe& probe, RunContext context);

class Scheduler {
 public:
  Scheduler(boost::asio::any_io_executor executor,
            Board& board,
            FindingPolicy findings,
            std::uint64_t seed,
            std::vector<Scheduled> probes);

  /// Spawns the loops. The scheduler must outlive them.
  void start(TaskGroup& tasks);

  /// From the next run of `name` on. Its verdict and streak stay; one that is made anew is run in
  /// the deep form first.
  void adopt(std::string_view name, Adoption next);
  /// For every report from now on.
  void adopt(FindingPolicy findings) { findings_ = std::move(findings); }

  /// The probe whose due run has no outcome five seconds after its deadline; empty: none.
  [[nodiscard]] std::string overdue(Instant now) const;

 private:
  struct Entry {
    Scheduled what;
    boost::asio::steady_timer wake;
    boost::asio::steady_timer replaced;  // never expires: cancelled when there is another probe
    std::vector<std::string> waits_for;  // probes that must report once before the first run
    bool woken = false;                  // by changed facts or files: now
    bool following = false;              // by a changed verdict: when follows_from allows it
    Instant follows_from = {};
    std::uint64_t runs = 0;
    Instant outcome_due = Instant::max();
    std::optional<Instant> last_full = {};
    std::optional<Adoption> next = {};

    /// Its first run has begun.
    [[nodiscard]] bool started() const { return outcome_due != Instant::max(); }
  };

  [[nodiscard]] awaitable<void> loop(Entry& entry);
  [[nodiscard]] awaitable<void> follow_changes(Entry& entry);
  static void take_up(Entry& entry);
  [[nodiscard]] awaitable<void> wait_until(Entry& entry, Instant due);
  [[nodiscard]] bool full_is_due(const Entry& entry, Instant now) const;
  [[nodiscard]] bool may_start(const Entry& entry) const;
  void wake_others(const Entry& entry, bool facts_changed);
  void wake_followers(const Snapshot& before, const Snapshot& after);

  Board& board_;
  FindingPolicy findings_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace sparkwarden::runtime
