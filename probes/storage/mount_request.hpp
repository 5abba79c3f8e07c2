// SPDX-License-Identifier: Apache-2.0
// What the agent asks of the child `storage-mount`: one JSON line. As wire_request.hpp, less what
// the kernel knows by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.hpp"
#include "probes/storage/token_request.hpp"

namespace sparkwarden::probes::storage {

inline constexpr std::string_view kMountVerb = "storage-mount";

/// One full look at one mount. Names of files and the directory are single path components.
struct MountRequest {
  std::string path = {};    // of the mount point, absolute
  std::string device = {};  // major:minor that the mount table has for it; nothing else is touched
  bool write = false;
  std::string directory = {};  // below kTopDirectory: the pod's own
  std::string first = {};      // two names of canary files
  std::string second = {};
  std::vector<std::string> leftovers = {};  // names that earlier, interrupted runs could not remove
  TokenRequest token = {};                  // to write one, `write` must be true

  bool operator==(const MountRequest&) const = default;
};

[[nodiscard]] std::string to_json(const MountRequest& request);

/// Strict: the child believes nothing that the agent would not have written.
[[nodiscard]] Result<MountRequest> parse_mount_request(std::string_view line);

}  // namespace sparkwarden::probes::storage
