// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/probe.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "agent/core/peer_view.hpp"
#include "agent/io/resolve.hpp"
#include "agent/io/rpc_null.hpp"
#include "probes/storage/canary_name.hpp"
#include "probes/storage/codes.hpp"
#include "probes/storage/identity.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/mount_table.hpp"
#include "probes/storage/targets.hpp"

namespace sparkwarden::probes::storage {
namespace {

using boost::asio::ip::tcp;

constexpr milliseconds kFullEvery{10 * 60 * 1000};
constexpr milliseconds kLeastUseful{250};  // with less than this left, no answer could be judged

Instant now() {
  return std::chrono::steady_clock::now();
}

std::string status_of(const io::RpcReply& reply) {
  return reply.answer == io::RpcAnswer::ok ? "ok" : "error";
}

bool offers_version_4(const io::RpcReply& reply) {
  return reply.answer == io::RpcAnswer::version_mismatch && reply.low <= 4 && reply.high >= 4;
}

void measure_space(const WireLook& look, Observed& seen) {
  const auto gauge = [&](const MeasureSpec& spec, std::string_view key) {
    const auto bytes = told_number(look, key);
    if (bytes) seen.measurements.push_back({.spec = &spec, .labels = {}, .value = *bytes});
  };
  gauge(measures::kSize, "space.total");
  gauge(measures::kFree, "space.available");
}

bool mounted(const WireLook& look) {
  const std::vector<Step> steps = steps_of(look);
  return !steps.empty() && steps.front().status == "ok";
}

bool only_token_missing(const Observed& seen) {
  const bool fails = std::any_of(seen.findings.begin(), seen.findings.end(), [](const auto& one) {
    return one.severity == Severity::error;
  });
  const auto about_token = [](const Unlooked& one) {
    return one.code == codes::kSharedUnannounced.code || one.code == codes::kSharedDenied.code;
  };
  return !fails && !seen.unlooked.empty() &&
         std::all_of(seen.unlooked.begin(), seen.unlooked.end(), about_token);
}

StorageView view_of(const Target& target, std::string_view fsid) {
  return StorageView{.server = target.server,
                     .export_path = target.export_path,
                     .mount_path = target.mount_path,
                     .fsid = std::string(fsid)};
}

void measure_traffic(const std::optional<MountTraffic>& traffic, Observed& seen) {
  if (!traffic) return;
  const auto measure = [&](const MeasureSpec& spec, double value) {
    seen.measurements.push_back({.spec = &spec, .labels = {}, .value = value});
  };
  measure(measures::kRetransmits, static_cast<double>(traffic->retransmits));
  measure(measures::kTimeouts, static_cast<double>(traffic->timeouts));
  measure(measures::kBacklog, traffic->backlog);
  measure(measures::kUnanswered, static_cast<double>(traffic->waiting));
}

}  // namespace

struct StorageProbe::Round {
  Instant end;
  bool full = false;
  Observed seen = {};
  std::optional<StorageView> driver = {};  // executors: of the driver's manifest
  std::optional<HeardToken> heard = {};    // and its last announcement
  bool looked = false;                     // for the driver's token, in this run

  [[nodiscard]] milliseconds left() const {
    return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(end - now()));
  }
};

StorageProbe::StorageProbe(settings::World world,
                           std::shared_ptr<const Settings> settings,
                           std::unique_ptr<const io::FileReader> files)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      files_(std::move(files)),
      identity_(identity_of(world_, *settings_)),
      mounts_(world_, settings_),
      announcer_(world_) {}

awaitable<Observed> StorageProbe::run(RunContext context) {
  Round round{.end = context.now + context.deadline, .full = full_now(context)};
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
    if (driver && *driver != nullptr) sources.driver = (*driver)->manifest.storage;
    round.driver = sources.driver;
    round.heard = merged_facts(*context.before).driver_token;
  }
  const auto text = files_->read(world_.paths.mountinfo, world_.file_bytes_max);
  if (text) {
    sources.mounts = parse_mount_table(*text);
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
  Observed judged = judge_target(look, as_judge());
  const bool expected = target.checkpoint && round.driver && look.wire && mounted(*look.wire);
  const SharedLook shared = witness_.known(target.name(), round.heard, now());
  // Who looked and saw nothing has said why.
  const bool silent = round.looked && !shared.token;
  if (expected && look.server->fine() && !silent) judge_shared(shared, target, as_judge(), judged);
  std::move(
      judged.findings.begin(), judged.findings.end(), std::back_inserter(round.seen.findings));
  std::move(
      judged.unlooked.begin(), judged.unlooked.end(), std::back_inserter(round.seen.unlooked));
}

awaitable<void> StorageProbe::look_over_network(Round& round, TargetLook& look) {
  if (settings_->wire == Use::off || round.left() < kLeastUseful) co_return;
  const std::string key = look.target.name();
  look.server = co_await look_at_server(round, look.target.server);
  co_await prove(round, look.target, *look.server);
  if (last_.contains(key)) look.wire = last_.at(key).look;
  if (history_.contains(key)) look.history = history_.at(key);
  co_await look_for_token(round, look.target, *look.server);
}

Judge StorageProbe::as_judge() const {
  return {.role = world_.role,
          .settings = settings_.get(),
          .uid = identity_.uid,
          .gid = identity_.gid,
          .as_itself = identity_.uid == ::geteuid() && identity_.gid == ::getegid()};
}

// The child, where a full look is due; else what the last one saw stands.
awaitable<void> StorageProbe::prove(Round& round, Target target, ServerLook server) {
  const std::string key = target.name();
  const auto last = last_.find(key);
  const bool due = round.full || last == last_.end() || !holds(last->second.look) ||
                   last->second.write != target.write ||
                   last->second.checkpoint != target.checkpoint;
  if (server.fine() && due) {
    last_.erase(key);
    if (round.left() < kLeastUseful) co_return;
    const Instant began = now();
    TokenRequest token;
    if (target.checkpoint && target.write) token = announcer_.next(key, began);
    const bool here = round.driver && token_place(target, *round.driver) == target;
    if (here && wants_token(round, target)) token.look_up = round.heard->said.token.path;
    WireLook seen = co_await look_over_wire(round, target, server, token);
    report(target, seen, round.seen);
    if (auto own = announcer_.written(key, token, seen.transcript, began, now())) {
      round.seen.facts.own_token = std::move(own);
    }
    if (!token.look_up.empty()) note_token(round, key, seen, began);
    history_[key] = remember(std::move(history_[key]), seen, settings_->slow);
    last_[key] = {target.write, target.checkpoint, std::move(seen)};
  } else if (last != last_.end() && target.checkpoint && full_every(*settings_, world_.role)) {
    // Figures stand until the next full run; where there is none they would stand for ever.
    measure_space(last->second.look, round.seen);
  }
}

bool StorageProbe::wants_token(const Round& round, const Target& target) const {
  return target.checkpoint && round.driver && round.heard && !round.looked &&
         witness_.wants(target.name(), *round.heard, Way::wire, round.full, now());
}

// The driver's token, where the child that wrote the canary had not heard of it yet, or worked on
// another export than the token's.
awaitable<void> StorageProbe::look_for_token(Round& round, Target target, ServerLook server) {
  const std::string key = target.name();
  const auto last = last_.find(key);
  const bool possible = server.fine() && last != last_.end() && mounted(last->second.look);
  if (!possible || !wants_token(round, target) || round.left() < kLeastUseful) co_return;
  Target place = token_place(target, *round.driver);
  place.write = false;
  place.checkpoint = false;
  const TokenRequest token{.look_up = round.heard->said.token.path};
  const Instant began = now();
  const WireLook look = co_await look_over_wire(round, place, server, token);
  note_token(round, key, look, began);
  if (token_seen(look.transcript, round.heard->said.token) == TokenSeen::not_looked) {
    judge_wire(look, place, as_judge(), round.seen);
  }
}

void StorageProbe::note_token(Round& round,
                              const std::string& key,
                              const WireLook& look,
                              Instant began) {
  const TokenSeen seen = token_seen(look.transcript, round.heard->said.token);
  round.looked = true;
  witness_.saw(key, round.heard->said.token, Way::wire, seen);
  if (seen != TokenSeen::right) return;
  const Instant when = told_time(look.transcript, kReadFact, began, now());
  if (const auto delay = visibility_delay(*round.heard, began, when)) {
    round.seen.measurements.push_back(
        {.spec = &measures::kVisibilityDelay, .labels = {}, .value = *delay});
  }
}

awaitable<void> StorageProbe::look_through_mount(Round& round, TargetLook& look) {
  const MountRun run{.end = round.end,
                     .full = round.full,
                     .server_answers = look.server && look.server->fine(),
                     .server_silent = server_silent(look)};
  MountSeen seen = co_await mounts_.look(run, look.target);
  std::move(seen.steps.begin(), seen.steps.end(), std::back_inserter(round.seen.steps));
  if (look.target.checkpoint) measure_traffic(seen.traffic, round.seen);
  if (look.target.checkpoint && seen.fresh) {
    if (!look.wire) measure_space(*seen.look, round.seen);
    if (went_well(*seen.look) && !round.seen.facts.storage) {
      round.seen.facts.storage = view_of(look.target, "");
    }
  }
  look.traffic = seen.traffic;
  look.mount = std::move(seen.look);
  look.touch = seen.touch;
}

awaitable<ServerLook> StorageProbe::look_at_server(Round& round, std::string server) {
  const Connect& connect = settings_->connect;
  ServerLook look;
  look.port = connect.nfs_port == 0 ? io::kNfsPort : connect.nfs_port;
  const std::string host = connect.address.empty() ? server : connect.address;
  const milliseconds limit = std::min(settings_->rpc_timeout, round.left());
  const Instant start = now();
  const io::Resolved found =
      co_await io::resolve(host, static_cast<unsigned short>(look.port), limit);
  Step step{.name = "resolve", .via = "loop", .status = "ok"};
  step.took = std::chrono::duration_cast<microseconds>(now() - start);
  if (found.endpoints.empty()) {
    look.no_address = found.detail.empty() ? "no address" : found.detail;
    step.status = "error";
    step.text = look.no_address;
  }
  round.seen.steps.push_back(std::move(step));
  for (const tcp::endpoint& endpoint : found.endpoints) {
    look.address = endpoint.address().to_string();
    look.reply = co_await ask(round, endpoint, look);
    if (look.fine()) break;
  }
  co_return look;
}

// Version 3 first, in which libnfs is the more reliable; a server that has 4 only says so.
awaitable<io::RpcReply> StorageProbe::ask(Round& round, tcp::endpoint endpoint, ServerLook& look) {
  const Auto<NfsVersion>& wanted = settings_->connect.version;
  io::RpcReply reply;
  look.version = wanted == NfsVersion::v4 ? 4 : 3;
  while (true) {
    const milliseconds limit = std::min(settings_->rpc_timeout, round.left());
    io::RpcCall call{.version = static_cast<std::uint32_t>(look.version)};
    call.xid = static_cast<std::uint32_t>(mixed(world_.seed, ++sequence_));
    const io::RpcNullOutcome outcome = co_await io::rpc_null(endpoint, call, limit);
    reply = outcome.reply;
    // "I have version 4" is an answer, not a failed operation that would count as one in the
    // metrics.
    const bool ask_again = !wanted && look.version == 3 && offers_version_4(reply);
    const std::string status = ask_again ? "ok" : status_of(reply);
    round.seen.steps.push_back(
        {"connect", "loop", outcome.connect, outcome.answered ? "ok" : status, reply.detail});
    if (outcome.answered) {
      round.seen.steps.push_back({"null", "loop", *outcome.answered, status, reply.detail});
    }
    if (!ask_again) co_return reply;
    look.version = 4;
  }
}

// With `version: auto`, a version 3 mount that does not get past portmapper and mount daemon is no
// reason to call the storage broken: version 4 needs neither.
awaitable<WireLook> StorageProbe::look_over_wire(Round& round,
                                                 Target target,
                                                 ServerLook server,
                                                 TokenRequest token) {
  const std::string key = target.name();
  const bool choose = !settings_->connect.version && server.version == 3;
  if (choose && version_.contains(key)) server.version = version_.at(key);
  WireLook first = co_await send_child(round, target, server, token);
  if (!choose || !worth_trying_version_4(first) || round.left() < kLeastUseful) co_return first;
  server.version = 4;
  WireLook second = co_await send_child(round, target, server, token);
  const bool well = mounted(second);
  if (well) version_[key] = 4;
  if (well || second.end == io::ChildEnd::deadline) co_return second;
  co_return first;
}

awaitable<WireLook> StorageProbe::send_child(Round& round,
                                             const Target& target,
                                             const ServerLook& server,
                                             TokenRequest token) {
  // The time to reap a killed child belongs to the run as well; that it cannot be killed is rare
  // enough to be late for.
  constexpr milliseconds kReserve{80};
  io::ChildSpec spec{.executable = world_.executable};
  spec.arguments = {"child", std::string(kWireVerb)};
  WireRequest request = request_for(target, server);
  request.token = std::move(token);
  spec.input = to_json(request);
  spec.deadline = std::max(round.left() - kReserve, milliseconds(1));
  io::ChildOutcome outcome = co_await slot_.run(std::move(spec));
  WireLook look{.end = outcome.end,
                .status = outcome.status,
                .took = outcome.took,
                .detail = std::move(outcome.detail),
                .version = server.version,
                .transcript = io::read_transcript(outcome.output)};
  note_leftovers(target.name(), request, look);
  std::vector<Step> steps = steps_of(look);
  std::move(steps.begin(), steps.end(), std::back_inserter(round.seen.steps));
  co_return look;
}

WireRequest StorageProbe::request_for(const Target& target, const ServerLook& server) {
  WireRequest request = identity_;
  request.address = server.address;
  request.version = server.version;
  request.nfs_port = server.port;
  request.mount_port = settings_->connect.mount_port;
  request.export_path = target.export_path;
  request.write = target.write;
  const std::uint64_t run = ++sequence_;
  const std::uint64_t name = mixed(world_.seed, run);
  request.first = canary_name(run, name);
  request.second = canary_name(run, name ^ 1);
  if (const auto left = leftovers_.find(target.name()); left != leftovers_.end()) {
    request.leftovers = left->second;
  }
  request.rpc_timeout = settings_->rpc_timeout;
  request.step_deadline = settings_->step_deadline;
  return request;
}

// A child that was killed, or lost its connection, left its files for the next one to remove.
void StorageProbe::note_leftovers(const std::string& key,
                                  const WireRequest& request,
                                  const WireLook& look) {
  std::vector<std::string>& names = leftovers_[key];
  if (removed_files(look)) names.clear();
  if (left_files(look) && names.size() + 2 <= kLeftoversMax) {
    names.insert(names.end(), {request.first, request.second});
  }
}

void StorageProbe::report(const Target& target, const WireLook& look, Observed& seen) const {
  if (!target.checkpoint || !look.transcript.done) return;
  measure_space(look, seen);
  if (!mounted(look)) return;
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
