// SPDX-License-Identifier: Apache-2.0
// What an executor tells its driver about itself, as one header of the request it makes anyway:
// Spark deletes failed executor pods, and the reason would vanish with them. A notice board, not a
// protocol: nothing waits for it and nothing acts upon it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/snapshot.hpp"

namespace sparkwarden {

inline constexpr std::string_view kNoticeHeader = "Sparkwarden-Executor";
inline constexpr std::size_t kNoticeBytesMax = 1024;

struct Notice {
  std::string pod = {};       // name, or uid where the name is not known; never empty
  std::string executor = {};  // Spark's executor id; empty: not known
  GatePhase gate = GatePhase::holding;
  Verdict verdict = Verdict::unknown;
  std::string code =
      {};  // of the worst finding, or of what was not looked at; empty when it passes
  std::string subject = {};

  bool operator==(const Notice&) const = default;
};

/// The worst verdict of all probes but the agent's own, with the finding that explains it.
[[nodiscard]] Notice notice_of(const Snapshot& snapshot,
                               std::string pod,
                               std::string executor,
                               Instant now);

/// `v=1, pod=..., exec=3, gate=holding, verdict=fail, code=..., subject=...`: at most
/// kNoticeBytesMax bytes (parts that are too long are cut), everything outside `[A-Za-z0-9._:/-]`
/// as %XX.
[[nodiscard]] std::string to_header(const Notice& notice);

/// Strict: it comes from anyone. nullopt: not this format, too long as a whole or in a part (pod
/// 253 bytes, executor 32, code 64, subject 160), an unknown word, a key twice, a value that is not
/// UTF-8 or steers a terminal, a code that is not shaped like one.
[[nodiscard]] std::optional<Notice> parse_notice(std::string_view header);

}  // namespace sparkwarden
