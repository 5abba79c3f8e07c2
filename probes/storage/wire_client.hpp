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
#include "probes/storage/wire_request.hpp"

struct nfs_context;
struct nfsfh;

namespace sparkwarden::probes::storage {

/// Symbols of our own, beside the protocol's NFS3ERR_*, NFS4ERR_* and MNT3ERR_*.
inline constexpr std::string_view kTimedOut = "TIMED_OUT";
inline constexpr std::string_view kConnectionLost = "CONNECTION_LOST";
inline constexpr std::string_view kDataDiffers = "DATA_DIFFERS";
inline constexpr std::string_view kNotExclusive = "NOT_EXCLUSIVE";
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
  std::uint64_t mode = 0;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;
};

struct WireSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
};

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
  [[nodiscard]] Wire<WireSpace> space(const std::string& path);
  [[nodiscard]] Wire<void> make_directory(const std::string& path, int mode);
  [[nodiscard]] Wire<void> remove_directory(const std::string& path);
  /// The new file, open. Errors: EEXIST when the name is taken, always.
  [[nodiscard]] Wire<nfsfh*> create(const std::string& path);
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
  WireFailure failure(int status, std::string_view fallback);
  WireFailure drop(WireFailure why);

  WireRequest request_;
  nfs_context* nfs_ = nullptr;
  std::string last_text_;  // what libnfs said before the present operation
};

/// The token NFS3ERR_*, NFS4ERR_* or MNT3ERR_* in `text`; empty when there is none.
[[nodiscard]] std::string_view symbol_in(std::string_view text);

}  // namespace sparkwarden::probes::storage
