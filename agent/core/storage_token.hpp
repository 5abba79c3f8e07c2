// SPDX-License-Identifier: Apache-2.0
// The token by which an executor proves that it sees its driver's storage: a file that the driver's
// agent writes to the checkpoint export, and the header of /v1/manifest that announces it. A header
// and no member of the manifest, so that a new token changes no ETag.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/time.hpp"

namespace sparkwarden {

inline constexpr std::string_view kStorageHeader = "Sparkwarden-Storage";
inline constexpr std::size_t kStorageHeaderBytesMax = 256;
inline constexpr std::string_view kStorageDirectory = ".sparkwarden";  // in the export's root
inline constexpr std::size_t kTokenBytesMax = 2048;

/// A driver writes no new token sooner than this after the last one, and keeps that one.
inline constexpr milliseconds kTokenLife{120'000};
/// An executor believes an announcement for this long. The difference is the time that it has to
/// look: until then the name is there, whatever the driver writes meanwhile.
inline constexpr milliseconds kAnnouncementLife{90'000};

struct StorageToken {
  std::string path = {};    // from the export's root: .sparkwarden/<pod uid>/t-<16 hex>
  std::string sha256 = {};  // of its content, 64 lower-case hex digits

  bool operator==(const StorageToken&) const = default;
};

/// The token that this pod wrote last, and when it had closed it.
struct OwnToken {
  StorageToken token = {};
  Instant closed = {};

  bool operator==(const OwnToken&) const = default;
};

/// What a header says.
struct Announcement {
  StorageToken token = {};
  milliseconds age{0};  // since it was closed, when the answer was made

  bool operator==(const Announcement&) const = default;
};

/// The last announcement that an executor heard, and how.
struct HeardToken {
  Announcement said = {};
  Instant received = {};
  milliseconds round_trip{0};

  bool operator==(const HeardToken&) const = default;
};

/// `v=1, path=.sparkwarden/<uid>/t-<16 hex>, sha256=<64 hex>, age-ms=<milliseconds>`. A clock that
/// went backwards is an age of 0.
[[nodiscard]] std::string to_header(const OwnToken& own, Instant now);

/// Strict: it comes from anyone who can listen where the driver should. nullopt: not this format,
/// too long, a key missing, unknown or given twice, a path that is not is_token_path.
[[nodiscard]] std::optional<Announcement> parse_announcement(std::string_view header);

/// `[A-Za-z0-9-]{1,64}`: a pod's uid as the name of its directory.
[[nodiscard]] bool is_pod_directory(std::string_view name);
/// Whether it lies in this pod's directory: only that pod writes there, and what another one wrote
/// says nothing about its storage. Without a uid nobody can tell, and it counts.
[[nodiscard]] bool is_of_pod(const StorageToken& token, std::string_view uid);
/// `t-[0-9a-f]{16}`
[[nodiscard]] bool is_token_name(std::string_view name);
/// `.sparkwarden/<pod directory>/<token name>`
[[nodiscard]] bool is_token_path(std::string_view path);
[[nodiscard]] std::string token_path(std::string_view pod_directory, std::string_view name);

}  // namespace sparkwarden
