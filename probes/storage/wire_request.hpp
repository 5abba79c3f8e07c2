// SPDX-License-Identifier: Apache-2.0
// What the agent asks of the child `storage-wire`: one JSON line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.hpp"
#include "agent/core/storage_token.hpp"
#include "agent/core/time.hpp"
#include "probes/storage/token_request.hpp"

namespace sparkwarden::probes::storage {

inline constexpr std::string_view kWireVerb = "storage-wire";
inline constexpr std::string_view kTopDirectory = kStorageDirectory;

inline constexpr std::size_t kLeftoversMax = 16;

/// A name of at most 64 bytes that stays in its directory.
[[nodiscard]] bool single_component(std::string_view name);

/// One full look at one export. Names of files and the directory are single path components.
struct WireRequest {
  std::string address = {};  // numeric
  int version = 3;
  int nfs_port = 2049;
  int mount_port = 0;  // 0: ask the portmapper
  std::string export_path = {};
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups = {};
  std::string client = {};  // name of the NFSv4 client: stable per pod
  bool write = false;
  std::string directory = {};  // below kTopDirectory: the pod's own
  std::string first = {};      // two names of canary files
  std::string second = {};
  std::vector<std::string> leftovers = {};  // names that earlier, interrupted runs could not remove
  TokenRequest token = {};                  // to write one, `write` must be true
  milliseconds rpc_timeout{2'000};
  milliseconds step_deadline{3'000};

  bool operator==(const WireRequest&) const = default;
};

[[nodiscard]] std::string to_json(const WireRequest& request);

/// Strict: the child believes nothing that the agent would not have written.
[[nodiscard]] Result<WireRequest> parse_wire_request(std::string_view line);

}  // namespace sparkwarden::probes::storage
