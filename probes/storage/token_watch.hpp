// SPDX-License-Identifier: Apache-2.0
// The flow of tokens through a run: what the children are asked about them, and what becomes of
// their answers. Who remembers what is tokens.hpp; what it means is rules_shared.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/config/world.hpp"
#include "agent/core/facts.hpp"
#include "agent/core/report.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/rules_shared.hpp"
#include "probes/storage/token_request.hpp"
#include "probes/storage/tokens.hpp"

namespace sparkwarden::probes::storage {

/// What one run knows of the driver's token, and has done about it.
struct TokenRun {
  bool full = false;
  std::optional<StorageView> driver = {};  // executors: of the driver's manifest
  std::string driver_uid = {};             // of its pod
  std::optional<HeardToken> heard = {};    // and its last announcement
  bool over_wire = false;                  // somebody looked for it in this run
  bool through_mount = false;
};

class TokenWatch {
 public:
  /// `as_itself`: this process is Spark's user, so that it may write for Spark through a mount.
  TokenWatch(const settings::World& world,
             std::shared_ptr<const Settings> settings,
             bool as_itself);

  /// What the child that goes this way to prove `target` is asked besides. Through the mount where
  /// there is one; over the wire where there is none, and where the mount did not show the token.
  [[nodiscard]] TokenRequest request(const TokenRun& run, const Target& target, Way way) const;
  /// What a child has to be sent over the wire for; nullopt: there is no need.
  [[nodiscard]] std::optional<TokenRequest> look_up(const TokenRun& run,
                                                    const Target& target) const;
  /// Takes note of what the child told that was `asked` at `began`.
  void note(TokenRun& run,
            const Target& target,
            Way way,
            const TokenRequest& asked,
            const io::Transcript& transcript,
            Instant began,
            Observed& seen);
  /// Findings of what is known by now, where the way that decides was open.
  void judge(const TokenRun& run, const TargetLook& look, const Judge& judge, Observed& out) const;

 private:
  [[nodiscard]] bool mount_shows(const TokenRun& run, const Target& target) const;
  [[nodiscard]] bool wants(const TokenRun& run, const Target& target, Way way) const;

  std::shared_ptr<const Settings> settings_;
  bool as_itself_;
  Announcer announcer_;
  Witness witness_;
};

/// What kept the run from a verdict is the driver's token alone.
[[nodiscard]] bool only_token_missing(const Observed& seen);

}  // namespace sparkwarden::probes::storage
