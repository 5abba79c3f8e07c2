// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "probes/storage/canary_name.hpp"
#include "probes/storage/identity.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {

WireWatch::WireWatch(const settings::World& world, std::shared_ptr<const Settings> settings)
    : seed_(world.seed),
      executable_(world.executable),
      settings_(std::move(settings)),
      identity_(identity_of(world, *settings_)) {}

int WireWatch::version_for(const Target& target, const ServerLook& server) const {
  const auto known = version_.find(target.name());
  const bool choose = !settings_->connect.version && server.version == 3;
  return choose && known != version_.end() ? known->second : server.version;
}

// With `version: auto`, a version 3 mount that does not get past portmapper and mount daemon is no
// reason to call the storage broken: version 4 needs neither.
awaitable<WireSeen> WireWatch::look(Instant end,
                                    Target target,
                                    ServerLook server,
                                    TokenRequest token) {
  WireSeen seen;
  const std::string key = target.name();
  const bool choose = !settings_->connect.version && server.version == 3;
  server.version = version_for(target, server);
  seen.look = co_await send_child(end, target, server, token, seen);
  if (!choose || !worth_trying_version_4(seen.look) || left_until(end) < kLeastUseful) {
    co_return seen;
  }
  server.version = 4;
  WireLook second = co_await send_child(end, target, server, token, seen);
  const bool well = got_in(second);
  if (well) version_[key] = 4;
  if (well || second.end == io::ChildEnd::deadline) seen.look = std::move(second);
  co_return seen;
}

awaitable<WireLook> WireWatch::send_child(Instant end,
                                          const Target& target,
                                          const ServerLook& server,
                                          TokenRequest token,
                                          WireSeen& seen) {
  // The time to reap a killed child belongs to the run as well; that it cannot be killed is rare
  // enough to be late for.
  constexpr milliseconds kReserve{80};
  io::ChildSpec spec{.executable = executable_};
  spec.arguments = {"child", std::string(kWireVerb)};
  WireRequest request = request_for(target, server);
  request.token = std::move(token);
  spec.input = to_json(request);
  spec.deadline = std::max(left_until(end) - kReserve, milliseconds(1));
  io::ChildOutcome outcome = co_await slot_.run(std::move(spec));
  WireLook look{.end = outcome.end,
                .status = outcome.status,
                .took = outcome.took,
                .detail = std::move(outcome.detail),
                .version = server.version,
                .transcript = io::read_transcript(outcome.output)};
  note_leftovers(target.name(), request, look);
  std::vector<Step> steps = steps_of(look);
  std::move(steps.begin(), steps.end(), std::back_inserter(seen.steps));
  if (killed(look)) ++seen.killed;
  co_return look;
}

WireRequest WireWatch::request_for(const Target& target, const ServerLook& server) {
  WireRequest request = identity_;
  request.address = server.address;
  request.version = server.version;
  request.nfs_port = server.port;
  request.mount_port = settings_->connect.mount_port;
  request.export_path = target.export_path;
  request.write = target.write;
  const std::uint64_t run = ++sequence_;
  const std::uint64_t name = mixed(seed_, run);
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
void WireWatch::note_leftovers(const std::string& key,
                               const WireRequest& request,
                               const WireLook& look) {
  std::vector<std::string>& names = leftovers_[key];
  if (removed_files(look)) names.clear();
  if (left_files(look) && names.size() + 2 <= kLeftoversMax) {
    names.insert(names.end(), {request.first, request.second});
  }
}

}  // namespace sparkwarden::probes::storage
