// SPDX-License-Identifier: Apache-2.0
// The judgement of "the same storage as the driver": what an executor saw under the name that its
// driver announced. Pure, and the same whichever way somebody looked.
#pragma once

#include <optional>

#include "agent/core/report.hpp"
#include "agent/core/storage_token.hpp"
#include "agent/io/child_protocol.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {

/// What stands under an announced name, seen in one way.
enum class TokenSeen {
  not_looked,  // nobody looked, or what kept them from it has a code of its own
  right,
  missing,
  wrong,  // other content
  denied  // there, and not for this user
};

/// By the step `token` of a child and its facts.
[[nodiscard]] TokenSeen token_seen(const io::Transcript& transcript, const StorageToken& token);

/// The step `token` failed for what stands under its name, or for its rights: the server is well. A
/// server that does not answer is as silent in this step as in any other.
[[nodiscard]] bool about_token_alone(const io::StepEnd& end);

/// What is known of the driver's token. The mount decides where it was looked at; then the wire
/// tells whether the server or only this node's cache is to blame.
struct SharedLook {
  std::optional<StorageToken> token = {};  // the one that was looked up; none: see `announced`
  TokenSeen mount = TokenSeen::not_looked;
  TokenSeen wire = TokenSeen::not_looked;
  bool announced = false;  // lately: there is a name, and there was no time to look it up

  bool operator==(const SharedLook&) const = default;
};

/// What counts: the mount's, where it was looked at.
[[nodiscard]] TokenSeen decisive(const SharedLook& look);

/// For an executor whose driver's manifest names a storage: none is expected of any other.
void judge_shared(const SharedLook& look, const Target& target, const Judge& judge, Observed& out);

/// For an executor that has a directory below the export mounted, and no way over the wire.
void judge_not_comparable(const Target& target, const Judge& judge, Observed& out);

/// The export on which the driver's token lies, for an executor whose own target is `target`: its
/// own, so that another export shows, but the driver's where one is below the other on one server
/// (a subPath): the name counts from the root of what the driver mounted.
[[nodiscard]] Target token_place(const Target& target, const StorageView& driver);

/// Upper bound of the time from the writer's close to a reader's sight, in seconds: age, round trip
/// of the announcement, and all the time until the content was there. nullopt for tokens that were
/// older than five seconds when the look began, which would tell about their age alone.
[[nodiscard]] std::optional<double> visibility_delay(const HeardToken& heard,
                                                     Instant began,
                                                     Instant seen);

/// The time of the fact `key` if it lies between the two, else `latest`: it is the child's word.
[[nodiscard]] Instant told_time(const io::Transcript& transcript,
                                std::string_view key,
                                Instant earliest,
                                Instant latest);

}  // namespace sparkwarden::probes::storage
