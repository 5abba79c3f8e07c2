// SPDX-License-Identifier: Apache-2.0
// Pure parser of /proc/self/mountstats, as far as it tells about NFS. What the numbers mean is
// mount_traffic.hpp's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::probes::storage {

/// One connection to the server: a mount with `nconnect` has several.
struct TransportStats {
  std::string protocol = {};  // tcp, udp, rdma, local
  std::uint64_t connects = 0;
  std::uint64_t sends = 0;  // transmissions, repeated ones included
  std::uint64_t receives = 0;
  std::uint64_t backlog = 0;  // summed up over all sends: requests that waited for a slot

  bool operator==(const TransportStats&) const = default;
};

/// One kind of operation. Counted when a request ends, so what the server owes is not in here.
struct OperationStats {
  std::string name = {};
  std::uint64_t operations = 0;
  std::uint64_t transmissions = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t queue_ms = 0;
  std::uint64_t rtt_ms = 0;
  std::uint64_t execute_ms = 0;
  std::optional<std::uint64_t> errors = {};  // since Linux 5.3

  bool operator==(const OperationStats&) const = default;
};

/// One NFS mount. Everything below `fstype` belongs to the superblock, which other mounts of the
/// node share: of this pod, of other pods.
struct MountStats {
  std::string source = {};
  std::string mount_point = {};
  std::string fstype = {};
  std::uint64_t age_seconds = 0;  // of the superblock
  std::vector<std::uint64_t> events = {};
  std::vector<std::uint64_t> bytes = {};
  std::vector<TransportStats> transports = {};
  std::vector<OperationStats> operations = {};

  bool operator==(const MountStats&) const = default;
};

struct MountStatsTable {
  std::vector<MountStats> mounts = {};
  std::size_t malformed = 0;  // lines of a known kind that could not be read

  /// The last one at this path, which covers earlier ones; nullptr: none.
  [[nodiscard]] const MountStats* at(std::string_view mount_point) const;
  bool operator==(const MountStatsTable&) const = default;
};

/// The NFS mounts of `text`; other file systems and unknown lines are passed over, so that newer
/// kernels may add some. Bounded: 1,024 mounts, 64 transports and 256 operations each.
/// Source: Linux fs/proc_namespace.c, fs/nfs/super.c, net/sunrpc/stats.c, net/sunrpc/xprtsock.c.
[[nodiscard]] MountStatsTable parse_mount_stats(std::string_view text);

}  // namespace sparkwarden::probes::storage
