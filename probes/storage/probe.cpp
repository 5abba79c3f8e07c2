// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/probe.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "agent/core/peer_view.hpp"
#include "probes/storage/codes.hpp"
#include "probes/storage/figures.hpp"
#include "probes/storage/mount_table.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr milliseconds kFullEvery{10 * 60 * 1000};

StorageView view_of(const Target& target, std::string_view fsid) {
  return StorageView{.server = target.server,
                     .export_path = target.export_path,
                     .mount_path = target.mount_path,
                     .fsid = std::string(fsid)};
}

}  // namespace

struct StorageProbe::Round {
  Instant end;
  TokenRun token = {};
  Observed seen = {};

  [[nodiscard]] bool full() const { return token.full; }
  [[nodiscard]] milliseconds left() const { return left_until(end); }
  void add(std::vector<Step> steps) {
    std::move(steps.begin(), steps.end(), std::back_inserter(seen.steps));
  }
};

StorageProbe::StorageProbe(settings::World world,
                           std::shared_ptr<const Settings> settings,
                           std::unique_ptr<const io::FileReader> files)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      files_(std::move(files)),
      servers_(world_.seed, settings_),
      wires_(world_, settings_),
      mounts_(world_, settings_),
      tokens_(world_, settings_, as_judge().as_itself) {}

awaitable<Observed> StorageProbe::run(RunContext context) {
  Round round{.end = context.now + context.deadline, .token = {.full = full_now(context)}};
  TargetPlan plan = this->plan(context, round);
  round.seen.findings = std::move(plan.findings);
  std::move(plan.unlooked.begin(), plan.unlooked.end(), std::back_inserter(round.seen.unlooked));
  const bool any_mounted = std::any_of(plan.targets.begin(),
                                       plan.targets.end(),
                                       [](const Target& target) { return target.mounted(); });
  if (any_mounted && settings_->mount != Use::off) {
    if (auto why = mounts_.read_counters(*files_)) round.seen.unlooked.push_back(std::move(*why));
  }
  // The written one first: it is the one that matters if the time does not suffice for all.
  std::stable_partition(plan.targets.begin(), plan.targets.end(), [](const Target& target) {
    return target.checkpoint;
  });
  for (Target& target : plan.targets) co_await look_at(round, std::move(target));
  std::vector<Measurement> timings = measurements_of(round.seen.steps);
  std::move(timings.begin(), timings.end(), std::back_inserter(round.seen.measurements));
  only_token_missing_ = only_token_missing(round.seen);
  co_return std::move(round.seen);
}

// A verdict that waits for the driver's announcement alone is no reason to write to the server once
// a period, as a full run after any other "unknown" does: thousands of executors may wait.
bool StorageProbe::full_now(const RunContext& context) {
  const bool due = settings_->full_every && context.now - last_full_ >= *settings_->full_every;
  const bool full = context.full && (!only_token_missing_ || due);
  if (full) last_full_ = context.now;
  return full;
}

TargetPlan StorageProbe::plan(const RunContext& context, Round& round) const {
  TargetSources sources{.role = world_.role,
                        .root = world_.paths.root,
                        .mountinfo_path = world_.paths.mountinfo,
                        .settings = settings_.get()};
  const ProbeState* config = context.before == nullptr ? nullptr : context.before->find("config");
  sources.config_reported = config == nullptr || config->last != nullptr;
  if (context.before != nullptr) {
    sources.declared = merged_facts(*context.before).declared_storage;
    const auto driver = driver_of(context.before.get(), world_.role);
    if (driver && *driver != nullptr) {
      sources.driver = (*driver)->manifest.storage;
      round.token.driver_uid = (*driver)->manifest.pod.uid;
    }
    round.token.driver = sources.driver;
    // A driver that takes another's place may announce none, and the other's is still in the facts.
    const std::optional<HeardToken> heard = merged_facts(*context.before).driver_token;
    if (heard && is_of_pod(heard->said.token, round.token.driver_uid)) round.token.heard = heard;
  }
  const auto text = files_->read(world_.paths.mountinfo, world_.file_bytes_max);
  if (text) {
    sources.mounts = parse_mount_table(*text);
    if (sources.mounts.mounts.empty() && sources.mounts.malformed > 0 &&
        settings_->mount != Use::off) {
      round.seen.unlooked.push_back(
          unlooked(codes::kMountTable, world_.paths.mountinfo, "no line of it is a mountinfo's"));
    }
  } else if (settings_->mount != Use::off) {
    round.seen.unlooked.push_back(
        unlooked(codes::kMountTable, text.error().path, text.error().detail));
  }
  return plan_targets(sources);
}

awaitable<void> StorageProbe::look_at(Round& round, Target target) {
  TargetLook look{.target = target};
  co_await look_over_network(round, look);
  co_await look_through_mount(round, look);
  if (look.server) co_await look_for_token(round, look.target, *look.server);
  Observed judged = judge_target(look, as_judge());
  tokens_.judge(round.token, look, as_judge(), judged);
  std::move(
      judged.findings.begin(), judged.findings.end(), std::back_inserter(round.seen.findings));
  std::move(
      judged.unlooked.begin(), judged.unlooked.end(), std::back_inserter(round.seen.unlooked));
}

awaitable<void> StorageProbe::look_over_network(Round& round, TargetLook& look) {
  if (settings_->wire == Use::off || round.left() < kLeastUseful) co_return;
  const std::string key = look.target.name();
  ServerSeen seen = co_await servers_.look(round.end, look.target.server, round.full());
  look.server = std::move(seen.look);
  round.add(std::move(seen.steps));
  co_await prove(round, look.target, *look.server);
  if (last_.contains(key)) look.wire = last_.at(key).look;
  if (history_.contains(key)) look.history = history_.at(key);
}

Judge StorageProbe::as_judge() const {
  const WireRequest& identity = wires_.identity();
  return {.role = world_.role,
          .settings = settings_.get(),
          .uid = identity.uid,
          .gid = identity.gid,
          .as_itself = identity.uid == ::geteuid() && identity.gid == ::getegid()};
}

// The child, where a full look is due; else what the last one saw stands.
awaitable<void> StorageProbe::prove(Round& round, Target target, ServerLook server) {
  const std::string key = target.name();
  const auto last = last_.find(key);
  const bool due = round.full() || last == last_.end() || !holds(last->second.look) ||
                   last->second.write != target.write ||
                   last->second.checkpoint != target.checkpoint;
  if (server.fine() && due) {
    last_.erase(key);
    bool mount_daemon_answers = true;
    if (wires_.version_for(target, server) == 3) {
      MountDaemonSeen daemon = co_await servers_.look_at_mount_daemon(round.end, server);
      mount_daemon_answers = daemon.answers;
      round.add(std::move(daemon.steps));
    }
    if (round.left() < kLeastUseful) co_return;
    const Instant began = now();
    const TokenRequest token = tokens_.request(round.token, target, Way::wire);
    WireSeen sent = co_await wires_.look(round.end, target, server, token);
    round.add(std::move(sent.steps));
    measure_kills("wire", sent.killed, round.seen);
    WireLook& seen = sent.look;
    seen.mount_daemon_answers = mount_daemon_answers;
    report(target, seen, round.seen);
    tokens_.note(round.token, target, Way::wire, token, seen.transcript, began, round.seen);
    history_[key] = remember(std::move(history_[key]), seen, settings_->slow);
    last_[key] = {target.write, target.checkpoint, std::move(seen)};
  } else if (last != last_.end() && target.checkpoint && full_every(*settings_, world_.role)) {
    // Figures stand until the next full run; where there is none they would stand for ever.
    measure_space(last->second.look, round.seen);
  }
}

// The driver's token, where the child that wrote the canary had not heard of it yet, or worked on
// another export than the token's, or where the mount does not show it.
awaitable<void> StorageProbe::look_for_token(Round& round, Target target, ServerLook server) {
  const std::string key = target.name();
  const auto last = last_.find(key);
  const bool possible = server.fine() && last != last_.end() && got_in(last->second.look);
  const std::optional<TokenRequest> token = tokens_.look_up(round.token, target);
  if (!possible || !token || round.left() < kLeastUseful) co_return;
  Target place = token_place(target, *round.token.driver);
  place.write = false;
  place.checkpoint = false;
  const Instant began = now();
  WireSeen sent = co_await wires_.look(round.end, place, server, *token);
  round.add(std::move(sent.steps));
  measure_kills("wire", sent.killed, round.seen);
  tokens_.note(round.token, target, Way::wire, *token, sent.look.transcript, began, round.seen);
  const StorageToken& wanted = round.token.heard->said.token;
  if (token_seen(sent.look.transcript, wanted) == TokenSeen::not_looked) {
    judge_wire(sent.look, place, as_judge(), round.seen);
  }
}

awaitable<void> StorageProbe::look_through_mount(Round& round, TargetLook& look) {
  const MountRun run{.end = round.end,
                     .full = round.full(),
                     .server_answers = look.server && look.server->fine(),
                     .server_silent = server_silent(look),
                     .token = tokens_.request(round.token, look.target, Way::mount)};
  MountSeen seen = co_await mounts_.look(run, look.target);
  round.add(std::move(seen.steps));
  tokens_.note(round.token, look.target, Way::mount, seen.asked, seen.told, seen.began, round.seen);
  if (seen.began != Instant{}) measure_kills("mount", seen.killed, round.seen);
  if (look.target.checkpoint) measure_traffic(seen.traffic, round.seen);
  if (look.target.checkpoint && seen.fresh) {
    if (!look.wire) measure_space(*seen.look, round.seen);
    if (went_well(*seen.look) && !round.seen.facts.storage) {
      round.seen.facts.storage = view_of(look.target, "");
    }
  }
  look.traffic = seen.traffic;
  look.mount = std::move(seen.look);
  look.mount_history = std::move(seen.history);
  look.touch = seen.touch;
}

void StorageProbe::report(const Target& target, const WireLook& look, Observed& seen) const {
  if (!target.checkpoint || !look.transcript.done) return;
  measure_space(look, seen);
  if (!got_in(look)) return;
  seen.facts.storage = view_of(target, look.transcript.fact("fsid").value_or(""));
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<StorageProbe>(world,
                                        std::static_pointer_cast<const Settings>(std::move(own)),
                                        std::make_unique<io::RealFiles>());
}

std::optional<milliseconds> full_every(const settings::ProbeSettings& own, Role role) {
  const auto& settings = static_cast<const Settings&>(own);
  if (settings.full_every) return settings.full_every;
  return role == Role::executor ? std::nullopt : std::optional(kFullEvery);
}

}  // namespace sparkwarden::probes::storage
