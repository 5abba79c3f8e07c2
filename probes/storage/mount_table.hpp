// SPDX-License-Identifier: Apache-2.0
// Pure parser of /proc/self/mountinfo. What a mount means for Spark is rules.hpp's business.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::probes::storage {

/// `server:/path` of an NFS mount; IPv6 addresses without their brackets.
struct NfsSource {
  std::string server;
  std::string path;

  bool operator==(const NfsSource&) const = default;
};

/// One line. `options` are those of the mount and of the superblock in one set, except that `ro` of
/// either makes `read_only`: writable means that both are.
struct Mount {
  std::string device = {};  // major:minor, what stat(2) of anything on it tells
  std::string mount_point = {};
  std::string fstype = {};
  std::string source = {};
  bool read_only = false;
  std::set<std::string, std::less<>> options = {};
  std::optional<NfsSource> nfs = {};  // only of fstype nfs and nfs4

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  /// The text after `name=`.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;
  bool operator==(const Mount&) const = default;
};

struct MountTable {
  std::vector<Mount> mounts = {};
  std::size_t malformed = 0;  // lines that were none of proc(5)'s form

  /// The mount that is seen at exactly this path: the last line, which covers earlier ones.
  [[nodiscard]] const Mount* at(std::string_view mount_point) const;
  bool operator==(const MountTable&) const = default;
};

/// Every line of `text`. Source: proc(5), /proc/[pid]/mountinfo.
[[nodiscard]] MountTable parse_mount_table(std::string_view text);

/// A field of a mount table: blank, tab, newline and backslash are \040 \011 \012 \134 in it.
[[nodiscard]] std::string unescaped_field(std::string_view text);

/// nullopt when `source` is not `server:/path`.
[[nodiscard]] std::optional<NfsSource> parse_nfs_source(std::string_view source);

}  // namespace sparkwarden::probes::storage
