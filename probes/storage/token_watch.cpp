// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/token_watch.hpp"

#include <algorithm>
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/run_time.hpp"

namespace sparkwarden::probes::storage {

TokenWatch::TokenWatch(const settings::World& world) : announcer_(world) {}

TokenRequest TokenWatch::request(const TokenRun& run, const Target& target) const {
  TokenRequest token;
  if (target.checkpoint && target.write) token = announcer_.next(target.name(), now());
  const bool here = run.driver && token_place(target, *run.driver) == target;
  if (here && wants(run, target)) token.look_up = run.heard->said.token.path;
  return token;
}

std::optional<TokenRequest> TokenWatch::look_up(const TokenRun& run, const Target& target) const {
  if (!wants(run, target)) return std::nullopt;
  return TokenRequest{.look_up = run.heard->said.token.path};
}

bool TokenWatch::wants(const TokenRun& run, const Target& target) const {
  return target.checkpoint && run.driver && run.heard && !run.looked &&
         witness_.wants(target.name(), *run.heard, Way::wire, run.full, now());
}

void TokenWatch::note(TokenRun& run,
                      const Target& target,
                      const TokenRequest& asked,
                      const io::Transcript& transcript,
                      Instant began,
                      Observed& seen) {
  if (auto own = announcer_.written(target.name(), asked, transcript, began, now())) {
    seen.facts.own_token = std::move(own);
  }
  if (asked.look_up.empty()) return;
  const TokenSeen shown = token_seen(transcript, run.heard->said.token);
  run.looked = true;
  witness_.saw(target.name(), run.heard->said.token, Way::wire, shown);
  if (shown != TokenSeen::right) return;
  const Instant when = told_time(transcript, kReadFact, began, now());
  if (const auto delay = visibility_delay(*run.heard, began, when)) {
    seen.measurements.push_back(
        {.spec = &measures::kVisibilityDelay, .labels = {}, .value = *delay});
  }
}

void TokenWatch::judge(const TokenRun& run,
                       const Target& target,
                       const Judge& judge,
                       Observed& out) const {
  const SharedLook shared = witness_.known(target.name(), run.heard, now());
  // Who looked and saw nothing has said why.
  const bool silent = run.looked && !shared.token;
  if (!silent) judge_shared(shared, target, judge, out);
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
