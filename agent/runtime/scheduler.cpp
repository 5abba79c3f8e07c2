// SPDX-License-Identifier: Apache-2.0
#include "agent/runtime/scheduler.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/core/agent_codes.hpp"
#include "agent/core/schedule.hpp"
#include "agent/core/transition.hpp"

namespace sparkwarden::runtime {
namespace asio = boost::asio;
namespace {

constexpr milliseconds kSoonestAgain{100};    // a probe may ask to run again, but not to spin
constexpr milliseconds kDeadlineGrace{100};   // for a probe to end by itself and say where it was
constexpr milliseconds kAfterCutOff{30'000};  // the gate's timeout is shorter than some periods
constexpr milliseconds kOutcomeGrace{5'000};  // every due run has an outcome by then

/// The probe's observation; what it throws becomes "could not look". Cancellation passes through.
awaitable<Observed> guarded(Probe& probe, RunContext context) {
  std::string words;
  try {
    co_return co_await probe.run(std::move(context));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    words = error.what();
  } catch (const std::exception& error) {
    words = error.what();
  }
  Observed nothing;
  nothing.unlooked.push_back(unlooked(agent_codes::kException, std::string(probe.name()), words));
  nothing.again_in = kAfterCutOff;
  co_return nothing;
}

/// What it throws ends the watching only: the period remains.
awaitable<bool> guarded_change(Probe& probe) {
  try {
    co_return co_await probe.changed();
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
  }
  co_return false;
}

awaitable<void> throw_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

/// Returns when somebody cancels `timer`, which never expires.
awaitable<void> cancelled(asio::steady_timer& timer) {
  const auto waited = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  static_cast<void>(waited);
}

awaitable<void> expire(Instant when) {
  asio::steady_timer timer(co_await asio::this_coro::executor, when);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

awaitable<Report> run_once(Probe& probe, RunContext context) {
  using namespace asio::experimental::awaitable_operators;
  Report report;
  report.probe = std::string(probe.name());
  report.started = context.now;
  report.started_wall = context.wall;
  const milliseconds deadline = context.deadline;

  awaitable<Observed> work = guarded(probe, std::move(context));
  awaitable<void> limit = expire(report.started + deadline + kDeadlineGrace);
  std::variant<Observed, std::monostate> first = co_await (std::move(work) || std::move(limit));

  report.took = std::chrono::duration_cast<milliseconds>(Instant::clock::now() - report.started);
  if (Observed* observed = std::get_if<Observed>(&first)) {
    report.observed = std::move(*observed);
  } else {
    report.observed.unlooked.push_back(
        unlooked(agent_codes::kDeadline,
                 report.probe,
                 "no result within the deadline of " + std::to_string(deadline.count()) + " ms"));
    report.observed.again_in = kAfterCutOff;
  }
  co_return report;
}

Scheduler::Scheduler(asio::any_io_executor executor,
                     Board& board,
                     FindingPolicy findings,
                     std::uint64_t seed,
                     std::vector<Scheduled> probes)
    : board_(board), findings_(std::move(findings)), seed_(seed) {
  for (Scheduled& scheduled : probes) {
    entries_.push_back(
        std::make_unique<Entry>(Entry{.what = std::move(scheduled),
                                      .wake = asio::steady_timer(executor),
                                      .replaced = asio::steady_timer(executor, Instant::max()),
                                      .waits_for = {}}));
  }
  for (const auto& waker : entries_) {
    for (const auto& entry : entries_) {
      if (std::ranges::find(waker->what.wakes, entry->what.probe->name()) !=
          waker->what.wakes.end()) {
        entry->waits_for.emplace_back(waker->what.probe->name());
      }
    }
  }
}

void Scheduler::start(TaskGroup& tasks) {
  const auto follows = [](const auto& entry) { return entry->what.follows_verdicts; };
  if (std::ranges::any_of(entries_, follows)) {
    board_.subscribe(
        [this](const Snapshot& before, const Snapshot& after) { wake_followers(before, after); });
  }
  for (const auto& entry : entries_) {
    const std::string name(entry->what.probe->name());
    tasks.spawn("probe " + name, loop(*entry));
    tasks.spawn("changes for " + name, follow_changes(*entry));
  }
}

void Scheduler::adopt(std::string_view name, Adoption next) {
  for (const auto& entry : entries_) {
    if (entry->what.probe->name() != name) continue;
    // Two reloads between two runs: the probe that the first one made anew must not be lost.
    if (next.probe == nullptr && entry->next) next.probe = std::move(entry->next->probe);
    const bool again = next.at_once && entry->started();
    entry->next = std::move(next);
    if (!again) return;
    entry->woken = true;
    entry->wake.cancel();
    return;
  }
}

void Scheduler::take_up(Entry& entry) {
  if (!entry.next) return;
  entry.what.timing = entry.next->timing;
  entry.what.full_every = entry.next->full_every;
  if (entry.next->probe != nullptr) {
    if (!entry.what.probe->idle()) return;  // tried again before the next run
    entry.what.probe = std::move(entry.next->probe);
    entry.last_full.reset();
    entry.replaced.cancel();
  }
  entry.next.reset();
}

std::string Scheduler::overdue(Instant now) const {
  const auto late =
      std::ranges::find_if(entries_, [&](const auto& entry) { return now > entry->outcome_due; });
  return late == entries_.end() ? std::string() : std::string((*late)->what.probe->name());
}

awaitable<void> Scheduler::loop(Entry& entry) {
  while (!may_start(entry)) co_await wait_until(entry, Instant::max());
  while (true) {
    take_up(entry);
    const Instant now = Instant::clock::now();
    entry.woken = false;
    entry.following = false;
    // Being woken is no reason for the deep form: a driver whose manifest changes must not make
    // each of its executors write to the server. A probe knows by itself what it has not looked at
    // yet.
    const bool full = full_is_due(entry, now);
    if (full) entry.last_full = now;
    entry.outcome_due = now + entry.what.timing.deadline + kOutcomeGrace;
    RunContext context{.now = now,
                       .wall = WallTime::clock::now(),
                       .deadline = entry.what.timing.deadline,
                       .full = full,
                       .before = board_.current()};
    Report report = co_await run_once(*entry.what.probe, std::move(context));
    co_await throw_if_cancelled();  // a run cut short by shutdown is nobody's verdict

    const Facts facts_before = board_.current()->find(report.probe)->facts;
    const bool first = entry.runs++ == 0;
    const std::string name = report.probe;
    const std::optional<milliseconds> again_in = report.observed.again_in;
    report.observed = apply(findings_, std::move(report.observed), report.started_wall);
    report.outdated = entry.woken;
    board_.publish(std::move(report), Instant::clock::now(), entry.what.wakes);
    const bool facts_changed = news_for_others(facts_before, board_.current()->find(name)->facts);
    if (first || facts_changed) wake_others(entry, facts_changed);

    const Instant ended = Instant::clock::now();
    Instant due = next_due(now, entry.what.timing.period, kPeriodJitterPercent, seed_, entry.runs);
    if (again_in) due = std::min(due, ended + std::max(*again_in, kSoonestAgain));
    due = std::max(due, ended);
    // A probe that backs off from somebody must not be driven back to him by a third that flaps.
    entry.follows_from =
        ended + std::max(entry.what.follow_pause, again_in.value_or(milliseconds(0)));
    entry.outcome_due = due + entry.what.timing.deadline + kOutcomeGrace;
    co_await wait_until(entry, due);
  }
}

awaitable<void> Scheduler::follow_changes(Entry& entry) {
  using namespace asio::experimental::awaitable_operators;
  bool asked = true;
  while (true) {
    // Holds on to the probe while it waits: it may be replaced meanwhile.
    const std::shared_ptr<Probe> probe = entry.what.probe;
    if (asked) {
      awaitable<bool> change = guarded_change(*probe);
      awaitable<void> replacement = cancelled(entry.replaced);
      const std::variant<bool, std::monostate> first =
          co_await (std::move(change) || std::move(replacement));
      asked = first.index() == 1 || std::get<0>(first);
    } else {
      co_await cancelled(entry.replaced);
    }
    co_await throw_if_cancelled();
    if (probe != entry.what.probe) {
      asked = true;
      continue;
    }
    // A probe that still waits for its first run will see the change in it. One that is running may
    // have looked already, so it runs once more.
    if (!asked || !entry.started()) continue;
    entry.woken = true;
    entry.wake.cancel();
  }
}

awaitable<void> Scheduler::wait_until(Entry& entry, Instant due) {
  // One that was woken waits for nothing: without this it would begin a run that whoever heard the
  // last report has just called off.
  co_await asio::post(entry.wake.get_executor(), asio::use_awaitable);
  co_await throw_if_cancelled();
  while (!entry.woken) {
    entry.wake.expires_at(entry.following ? std::min(due, entry.follows_from) : due);
    const auto [cancelled] = co_await entry.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await throw_if_cancelled();  // else it was the time, wake_others or wake_followers
    if (!cancelled || !entry.following) co_return;
  }
}

bool Scheduler::full_is_due(const Entry& entry, Instant now) const {
  if (!entry.last_full) return true;
  const ProbeState& state = *board_.current()->find(entry.what.probe->name());
  if (state.verdict == Verdict::fail || state.verdict == Verdict::unknown) return true;
  if (!entry.what.full_every) return false;
  return now >=
         next_due(*entry.last_full, *entry.what.full_every, kFullJitterPercent, seed_, entry.runs);
}

bool Scheduler::may_start(const Entry& entry) const {
  return std::ranges::all_of(entry.waits_for, [&](const std::string& name) {
    return board_.current()->find(name)->last != nullptr;
  });
}

void Scheduler::wake_others(const Entry& entry, bool facts_changed) {
  for (const auto& other : entries_) {
    const auto& wakes = entry.what.wakes;
    if (std::ranges::find(wakes, other->what.probe->name()) == wakes.end()) continue;
    // A probe that still waits for its first run only has to look again whether it may start. One
    // that is in the middle of its first has looked already.
    if (facts_changed && other->started()) other->woken = true;
    other->wake.cancel();
  }
}

void Scheduler::wake_followers(const Snapshot& before, const Snapshot& after) {
  const Transitions changes = diff(before, after);
  for (const auto& entry : entries_) {
    if (!entry->what.follows_verdicts || entry->runs == 0) continue;
    const auto of_another = [&](const ProbeTransition& change) {
      return change.probe != entry->what.probe->name();
    };
    if (!changes.gate && !std::ranges::any_of(changes.probes, of_another)) continue;
    if (std::exchange(entry->following, true)) continue;  // its timer is set already
    entry->wake.cancel();
  }
}

}  // namespace sparkwarden::runtime
