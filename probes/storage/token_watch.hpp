// SPDX-License-Identifier: Apache-2.0
// The flow of tokens through a run: what the children are asked about them, and what becomes of
// their answers. Who remembers what is tokens.hpp; what it means is rules_shared.hpp.
#pragma once

#include <optional>

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
  std::optional<HeardToken> heard = {};    // and its last announcement
  bool looked = false;                     // for the driver's token, in this run
};

class TokenWatch {
 public:
  explicit TokenWatch(const settings::World& world);

  /// What the child that proves `target` is asked besides.
  [[nodiscard]] TokenRequest request(const TokenRun& run, const Target& target) const;
  /// What a child has to be sent for, if none has looked yet; nullopt: there is no need.
  [[nodiscard]] std::optional<TokenRequest> look_up(const TokenRun& run,
                                                    const Target& target) const;
  /// Takes note of what the child saw that was `asked` at `began`.
  void note(TokenRun& run,
            const Target& target,
            const TokenRequest& asked,
            const io::Transcript& transcript,
            Instant began,
            Observed& seen);
  /// Findings of what is known by now.
  void judge(const TokenRun& run, const Target& target, const Judge& judge, Observed& out) const;

 private:
  [[nodiscard]] bool wants(const TokenRun& run, const Target& target) const;

  Announcer announcer_;
  Witness witness_;
};

/// What kept the run from a verdict is the driver's token alone.
[[nodiscard]] bool only_token_missing(const Observed& seen);

}  // namespace sparkwarden::probes::storage
