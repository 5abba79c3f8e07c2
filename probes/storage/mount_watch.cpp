// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_watch.hpp"

#include <algorithm>
#include <utility>

#include "probes/storage/canary_name.hpp"
#include "probes/storage/codes.hpp"
#include "probes/storage/run_time.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::uint64_t kOtherSeed = 1;     // names other than those of the wire child
constexpr std::size_t kRememberedMax = 64;  // mounts; a container with more has forgotten some

std::string key_of(const Mount& mount) {
  return mount.mount_point + " " + mount.device + " " + mount.source;
}

template <typename Map>
void bound(Map& map) {
  if (map.size() > kRememberedMax) map.clear();
}

}  // namespace

MountWatch::MountWatch(const settings::World& world, std::shared_ptr<const Settings> settings)
    : seed_(world.seed ^ kOtherSeed),
      executable_(world.executable),
      mountstats_path_(world.paths.mountstats),
      directory_(world.identity.uid),
      file_bytes_max_(world.file_bytes_max),
      settings_(std::move(settings)) {}

std::optional<Unlooked> MountWatch::read_counters(const io::FileReader& files) {
  stats_ = {};
  const auto text = files.read(mountstats_path_, file_bytes_max_);
  if (!text) return unlooked(codes::kMountStats, text.error().path, text.error().detail);
  stats_ = parse_mount_stats(*text);
  return std::nullopt;
}

awaitable<MountSeen> MountWatch::look(MountRun run, Target target) {
  MountSeen seen;
  if (settings_->mount == Use::off || !target.mounted()) co_return seen;
  const std::string key = key_of(*target.mount);
  bound(traffic_);
  bound(last_);
  bound(history_);
  if (history_.contains(key)) seen.history = history_.at(key);
  if (const MountStats* stats = stats_.at(target.mount->mount_point)) {
    seen.traffic = compare(traffic_[key], counters_of(*stats), now());
  }
  if (const auto age = slot_.age()) {
    last_.erase(key);
    seen.look = stuck_look(key, *age);
    seen.touch = MountTouch::done;
    co_return seen;
  }
  const bool hung = seen.traffic && seen.traffic->hung;
  if (hung || run.server_silent) {
    // Whoever touches such a mount hangs in it, the agent's child too.
    last_.erase(key);
    seen.touch = hung ? MountTouch::none : MountTouch::server_silent;
    co_return seen;
  }
  const auto held = last_.find(key);
  const bool due = run.full || held == last_.end() || !mount_holds(held->second.look) ||
                   held->second.write != target.write;
  if (!due && run.server_answers && run.token.look_up.empty()) {
    seen.look = held->second.look;
    seen.touch = MountTouch::done;
    co_return seen;
  }
  if (left_until(run.end) < kLeastUseful) {
    seen.touch = MountTouch::late;
    co_return seen;
  }
  // Where the wire cannot tell that the server lives, a look without writing does, and what was
  // proven before still stands.
  const bool write = due && target.write;
  MountRequest request = request_for(target, write);
  request.token = run.token;
  if (!write) request.token = {.look_up = run.token.look_up};
  seen.asked = request.token;
  seen.began = now();
  WireLook fresh = co_await send_child(run.end, target, std::move(request));
  seen.told = fresh.transcript;
  seen.killed = killed(fresh) ? 1 : 0;
  seen.steps = steps_of(fresh);
  seen.touch = MountTouch::done;
  if (!due && went_well(fresh)) {
    seen.look = last_.at(key).look;
    co_return seen;
  }
  seen.fresh = true;
  seen.look = fresh;
  seen.history = remember(std::move(seen.history), fresh, settings_->slow);
  history_[key] = seen.history;
  last_[key] = {.write = write, .look = std::move(fresh)};
  co_return seen;
}

// The child that cannot be killed tells by its last step where it hangs; of other mounts it tells
// nothing.
WireLook MountWatch::stuck_look(const std::string& key, milliseconds age) const {
  WireLook look;
  if (in_slot_ == key) look = in_slot_look_;
  look.end = io::ChildEnd::busy;
  look.took = age;
  return look;
}

awaitable<WireLook> MountWatch::send_child(Instant end, Target target, MountRequest request) {
  constexpr milliseconds kReserve{200};  // to reap a killed child
  // One that cannot be killed must not make the run so late that its report is given up: that the
  // mount hangs is known by then.
  constexpr milliseconds kLate{50};
  io::ChildSpec spec{.executable = executable_};
  spec.arguments = {"child", std::string(kMountVerb)};
  spec.input = to_json(request);
  spec.deadline = std::max(left_until(end) - kReserve, milliseconds(1));
  spec.reap_limit = kReserve + kLate;
  io::ChildOutcome outcome = co_await slot_.run(std::move(spec));
  WireLook look{.end = outcome.end,
                .status = outcome.status,
                .took = outcome.took,
                .detail = std::move(outcome.detail),
                .version = 0,
                .transcript = io::read_transcript(outcome.output)};
  note_leftovers(target.mount->source, request, look);
  in_slot_ = key_of(*target.mount);
  in_slot_look_ = look;
  co_return look;
}

MountRequest MountWatch::request_for(const Target& target, bool write) {
  const std::uint64_t run = ++sequence_;
  const std::uint64_t name = mixed(seed_, run);
  MountRequest request{.path = target.mount->mount_point,
                       .device = target.mount->device,
                       .write = write,
                       .directory = directory_,
                       .first = canary_name(run, name),
                       .second = canary_name(run, name ^ 1)};
  if (const auto names = leftovers_.find(target.mount->source); names != leftovers_.end()) {
    request.leftovers = names->second;
  }
  return request;
}

// A child that was killed left its files for the next one to remove.
void MountWatch::note_leftovers(const std::string& key,
                                const MountRequest& request,
                                const WireLook& look) {
  bound(leftovers_);
  std::vector<std::string>& names = leftovers_[key];
  if (removed_files(look)) names.clear();
  if (left_files(look) && names.size() + 2 <= kLeftoversMax) {
    names.insert(names.end(), {request.first, request.second});
  }
}

}  // namespace sparkwarden::probes::storage
