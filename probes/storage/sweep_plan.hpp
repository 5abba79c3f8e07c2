// SPDX-License-Identifier: Apache-2.0
// What of `.sparkwarden` on an export nobody needs any more. Pure, and the same over the wire and
// through a mount; whoever removes has to look once more that a directory is one, and follows no
// symbolic link.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::probes::storage {

/// A directory without a change for this long belongs to no pod that is still alive: one that does
/// writes every ten minutes. By the server's clock, which is the only one that counts here.
inline constexpr std::chrono::hours kAbandonedAfter{24};
inline constexpr std::size_t kSweptDirectoriesMax = 32;  // in a run
inline constexpr std::size_t kSweptFilesMax = 32;        // in each of them

/// One entry of a directory.
struct Listed {
  enum class Kind { directory, file, other };
  std::string name = {};
  Kind kind = Kind::other;
  std::int64_t changed_ns = 0;  // mtime, by the server's clock

  bool operator==(const Listed&) const = default;
};

/// `c-<digits>-<8 hex>`
[[nodiscard]] bool is_canary_name(std::string_view name);

[[nodiscard]] bool is_abandoned(const Listed& directory, std::int64_t written_ns);

/// In this pod's directory, after the token `written` at `written_ns`: tokens but this and `keep`,
/// the one before it, which executors may still look for (empty: the newest other one, of an
/// earlier life of this agent), and canaries that are long forgotten.
[[nodiscard]] std::vector<std::string> spent_files(const std::vector<Listed>& own,
                                                   std::string_view written,
                                                   std::string_view keep,
                                                   std::int64_t written_ns);

/// In `.sparkwarden`: other pods' directories that are abandoned, the oldest first.
[[nodiscard]] std::vector<std::string> abandoned_directories(const std::vector<Listed>& top,
                                                             std::string_view own,
                                                             std::int64_t written_ns);

/// In an abandoned directory: what an agent wrote. Anything else stays, and so does the directory.
[[nodiscard]] std::vector<std::string> agent_files(const std::vector<Listed>& directory);

}  // namespace sparkwarden::probes::storage
