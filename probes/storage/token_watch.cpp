// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/token_watch.hpp"

#include <algorithm>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {

namespace {

// The way was open in this run: whoever has no token to show then, has said why.
bool open_way(const TargetLook& look, Way way) {
  if (way == Way::wire) {
    return look.server && look.server->fine() && look.wire && got_in(*look.wire);
  }
  return look.touch == MountTouch::done && look.mount && look.mount->transcript.done &&
         got_in(*look.mount);
}

bool is_place(const TokenRun& run, const Target& target) {
  return !run.driver || token_place(target, *run.driver) == target;
}

}  // namespace

TokenWatch::TokenWatch(const settings::World& world,
                       std::shared_ptr<const Settings> settings,
                       bool as_itself)
    : settings_(std::move(settings)), as_itself_(as_itself), announcer_(world) {}

// A name counts from the root of the driver's export; a mount of a directory below does not show
// it.
bool TokenWatch::mount_shows(const TokenRun& run, const Target& target) const {
  return settings_->mount != Use::off && target.mounted_whole() && is_place(run, target);
}

TokenRequest TokenWatch::request(const TokenRun& run, const Target& target, Way way) const {
  TokenRequest token;
  const bool through_mount = mount_shows(run, target);
  // Who is not Spark's user may be denied where Spark is not: over the wire first, then.
  const bool writes = way == Way::mount ? through_mount : !(through_mount && as_itself_);
  if (target.checkpoint && target.write && writes) token = announcer_.next(target.name(), now());
  if (is_place(run, target) && wants(run, target, way)) token.look_up = run.heard->said.token.path;
  return token;
}

std::optional<TokenRequest> TokenWatch::look_up(const TokenRun& run, const Target& target) const {
  if (!wants(run, target, Way::wire)) return std::nullopt;
  return TokenRequest{.look_up = run.heard->said.token.path};
}

bool TokenWatch::wants(const TokenRun& run, const Target& target, Way way) const {
  if (!target.checkpoint || !run.driver || !run.heard) return false;
  const bool through_mount = mount_shows(run, target);
  if (way == Way::mount && (!through_mount || run.through_mount)) return false;
  if (way == Way::wire && run.over_wire) return false;
  const StorageToken& token = run.heard->said.token;
  const bool explains = witness_.doubts_mount(target.name(), token, as_itself_);
  if (way == Way::wire && through_mount && !explains) return false;
  return witness_.wants(target.name(), *run.heard, way, run.full, now());
}

void TokenWatch::note(TokenRun& run,
                      const Target& target,
                      Way way,
                      const TokenRequest& asked,
                      const io::Transcript& transcript,
                      Instant began,
                      Observed& seen) {
  if (auto own = announcer_.written(target.name(), asked, transcript, began, now())) {
    seen.facts.own_token = std::move(own);
  }
  if (asked.look_up.empty()) return;
  const TokenSeen shown = token_seen(transcript, run.heard->said.token);
  (way == Way::wire ? run.over_wire : run.through_mount) = true;
  witness_.saw(target.name(), run.heard->said.token, way, shown);
  if (shown != TokenSeen::right) return;
  const Instant when = told_time(transcript, kReadFact, began, now());
  if (const auto delay = visibility_delay(*run.heard, began, when)) {
    seen.measurements.push_back(
        {.spec = &measures::kVisibilityDelay, .labels = {}, .value = *delay});
  }
}

void TokenWatch::judge(const TokenRun& run,
                       const TargetLook& look,
                       const Judge& judge,
                       Observed& out) const {
  const Target& target = look.target;
  const Way way = mount_shows(run, target) ? Way::mount : Way::wire;
  if (!target.checkpoint || !run.driver) return;
  if (!open_way(look, way)) {
    const bool proven = way == Way::wire && target.mounted() && open_way(look, Way::mount);
    if (proven) judge_not_comparable(target, judge, out);
    return;
  }
  const SharedLook shared = witness_.known(target.name(), run.driver_uid, run.heard, now());
  // Who looked and saw nothing has said why.
  const bool looked = way == Way::wire ? run.over_wire : run.through_mount;
  if (!looked || shared.token) judge_shared(shared, target, judge, out);
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

}  // namespace sparkwarden::probes::storage
