// SPDX-License-Identifier: Apache-2.0
// What this pod remembers of tokens between two runs: a driver of its own, an executor of its
// driver's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/config/world.hpp"
#include "agent/core/storage_token.hpp"
#include "probes/storage/rules_shared.hpp"
#include "probes/storage/token_request.hpp"

namespace sparkwarden::probes::storage {

/// Writes tokens: on the driver's side, in an agent whose answers others hear.
class Announcer {
 public:
  explicit Announcer(const settings::World& world);

  /// The part of a request that writes a new token of random name and content on `target`; empty
  /// where this pod writes none, or the last one there is younger than kTokenLife.
  [[nodiscard]] TokenRequest next(const std::string& target, Instant now) const;
  /// The new token, if a child that was asked for it between the two times wrote it.
  [[nodiscard]] std::optional<OwnToken> written(const std::string& target,
                                                const TokenRequest& asked,
                                                const io::Transcript& transcript,
                                                Instant began,
                                                Instant ended);

 private:
  struct Last {
    std::string target;
    std::string name;
    Instant closed;
  };

  std::string directory_;  // empty: no tokens
  std::optional<Last> last_;
};

enum class Way { wire, mount };

/// Knows what was seen of the driver's token, by target name.
class Witness {
 public:
  /// Whether to look `heard` up that way: it is fresh, and either nothing is proven by an older one
  /// of the same pod or this is a full run. A name that was looked up in vain is looked up again in
  /// full runs alone, and through a mount never: its node remembers for a minute that there was
  /// none.
  [[nodiscard]] bool wants(
      const std::string& target, const HeardToken& heard, Way way, bool full, Instant now) const;
  /// What was seen of `token`, beside what was seen of it the other way.
  void saw(const std::string& target, const StorageToken& token, Way way, TokenSeen seen);
  /// The mount did not show `token`, so that the wire has to tell whether it is there. A denial
  /// counts only for a process that is Spark's user.
  [[nodiscard]] bool doubts_mount(const std::string& target,
                                  const StorageToken& token,
                                  bool as_itself) const;
  /// What is known of this driver's: what was seen of another pod's token is nothing.
  [[nodiscard]] SharedLook known(const std::string& target,
                                 std::string_view driver_uid,
                                 const std::optional<HeardToken>& heard,
                                 Instant now) const;

 private:
  std::map<std::string, SharedLook> looks_;
};

}  // namespace sparkwarden::probes::storage
