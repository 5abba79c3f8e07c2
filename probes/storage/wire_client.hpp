// SPDX-License-Identifier: Apache-2.0
// One NFS connection over libnfs, driven by a poll loop of our own so that every operation has a
// deadline. For the child process only: libnfs can block, crash or eat memory on hostile bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/core/time.hpp"
#include "probes/storage/sweep_plan.hpp"
#include "probes/storage/wire_request.hpp"

struct nfs_context;
struct nfsfh;

namespace sparkwarden::probes::storage {

/// Symbols of our own, beside the protocol's NFS3ERR_*, NFS4ERR_* and MNT3ERR_*.
inline constexpr std::string_view kTimedOut = "TIMED_OUT";
inline constexpr std::string_view kConnectionLost = "CONNECTION_LOST";
inline constexpr std::string_view kDataDiffers = "DATA_DIFFERS";
inline constexpr std::string_view kNotExclusive = "NOT_EXCLUSIVE";
inline constexpr std::string_view kNoFile = "NO_FILE";
inline constexpr std::string_view kNotReplaced = "NOT_REPLACED";
inline constexpr std::string_view kNotListed = "NOT_LISTED";
inline constexpr std::string_view kAnotherMount = "ANOTHER_MOUNT";

struct WireFailure {
  int error = 0;            // errno; 0 when there is none
  std::string symbol = {};  // the protocol's name of the error, or one of ours
  std::string text = {};    // libnfs's words

  bool operator==(const WireFailure&) const = default;
};

template <typename T>
using Wire = tl::expected<T, WireFailure>;

struct WireStat {
  std::uint64_t device = 0;  // 0 over version 4
  std::uint64_t inode = 0;
  std::uint64_t mode = 0;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;
  Listed::Kind kind = Listed::Kind::other;
  std::int64_t changed_ns = 0;  // mtime
};

struct WireSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
};

inline constexpr std::size_t kListedMax = 50'000;

/// After a failure that leaves the connection in doubt (`alive` is false), every call fails at
/// once.
class WireClient {
 public:
  explicit WireClient(const WireRequest& request);
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;
  ~WireClient();

  [[nodiscard]] bool alive() const { return nfs_ != nullptr; }

  [[nodiscard]] Wire<void> mount();
  [[nodiscard]] Wire<void> unmount();
  [[nodiscard]] Wire<WireStat> stat(const std::string& path);
  /// Of the name itself, also where it is a symbolic link.
  [[nodiscard]] Wire<WireStat> stat_name(const std::string& path);
  /// Without `.` and `..`; what comes after kListedMax entries is left out.
  [[nodiscard]] Wire<std::vector<Listed>> list(const std::string& path);
  /// The fsid of the exported directory as "major.minor", hexadecimal. Version 4 only, where stat
  /// does not tell it: one RPC of its own.
  [[nodiscard]] Wire<std::string> file_system_id();
  [[nodiscard]] Wire<WireSpace> space(const std::string& path);
  [[nodiscard]] Wire<void> make_directory(const std::string& path, int mode);
  [[nodiscard]] Wire<void> remove_directory(const std::string& path);
  /// The new file, open. Errors: EEXIST when the name is taken, always.
  [[nodiscard]] Wire<nfsfh*> create(const std::string& path, int mode = 0600);
  /// The first `bytes` of a file that is there already; follows no symbolic link at its end.
  /// Errors: kNoFile where there is something else. Leaves the connection fit for further opens.
  [[nodiscard]] Wire<std::string> read_file(const std::string& path, std::size_t bytes);
  [[nodiscard]] Wire<void> write(nfsfh* file, const std::string& data);
  [[nodiscard]] Wire<void> sync(nfsfh* file);
  [[nodiscard]] Wire<std::string> read(nfsfh* file, std::size_t bytes);
  [[nodiscard]] Wire<void> close(nfsfh* file);
  [[nodiscard]] Wire<void> rename(const std::string& from, const std::string& to);
  [[nodiscard]] Wire<void> unlink(const std::string& path);

 private:
  struct Pending;
  template <typename Start>
  Wire<int> perform(Pending& pending, Start start);
  template <typename Start>
  Wire<WireStat> stat_with(Start start);
  Wire<void> may_be_read(const std::string& path);
  Wire<nfsfh*> open(const std::string& path, int flags, int mode);
  WireFailure failure(int status, std::string_view fallback);
  WireFailure drop(WireFailure why);

  WireRequest request_;
  nfs_context* nfs_ = nullptr;
  std::string last_text_;  // what libnfs said before the present operation
};

/// The token NFS3ERR_*, NFS4ERR_* or MNT3ERR_* in `text`; empty when there is none.
[[nodiscard]] std::string_view symbol_in(std::string_view text);

}  // namespace sparkwarden::probes::storage
