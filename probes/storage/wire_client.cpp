// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/wire_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nfsc/libnfs-zdr.h>
#include <nfsc/libnfs.h>
// After the two above, on which they depend.
#include <nfsc/libnfs-raw-nfs4.h>
#include <nfsc/libnfs-raw.h>

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kTextMax = 512;
constexpr int kTickMs = 50;  // libnfs notices its own timeouts only when it is called
constexpr std::array<char, 8> kVerifier{'s', 'p', 'a', 'r', 'k', 'w', 'd', 'n'};

Instant now() {
  return std::chrono::steady_clock::now();
}

// With POLLERR libnfs must not see POLLHUP: it would overwrite the socket's error with its own
// text.
int revents_for(int polled) {
  return (polled & POLLERR) != 0 ? POLLERR : polled;
}

Listed::Kind kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return Listed::Kind::directory;
  return S_ISREG(mode) ? Listed::Kind::file : Listed::Kind::other;
}

// NF3REG and NF3DIR; version 4 has the same numbers.
Listed::Kind kind_of_entry(std::uint32_t type) {
  if (type == 2) return Listed::Kind::directory;
  return type == 1 ? Listed::Kind::file : Listed::Kind::other;
}

std::int64_t nanoseconds_of(std::uint64_t seconds, std::uint64_t rest) {
  constexpr std::uint64_t kSecondsMax = 1ULL << 33U;  // the other side's word: must not overflow
  return static_cast<std::int64_t>(std::min(seconds, kSecondsMax) * 1'000'000'000U +
                                   std::min<std::uint64_t>(rest, 999'999'999U));
}

}  // namespace

// Lives on the caller's stack until the answer is there or the context is gone: libnfs may call
// back from within nfs_destroy_context.
struct WireClient::Pending {
  bool done = false;
  int status = 0;
  void (*take)(Pending&, void* data) = nullptr;
  void* into = nullptr;
  std::size_t room = 0;
  bool data_is_text = false;  // on failure; not for every operation, some hand over raw bytes
  std::string words = {};

  static void on_done(int status, nfs_context*, void* data, void* self) {
    Pending& pending = *static_cast<Pending*>(self);
    pending.done = true;
    pending.status = status;
    if (status < 0 && pending.data_is_text && data != nullptr) {
      const char* text = static_cast<const char*>(data);
      pending.words.assign(text, ::strnlen(text, kTextMax));
    }
    if (status >= 0 && pending.take != nullptr && data != nullptr) pending.take(pending, data);
  }
  // For a handle that libnfs makes: a file, a directory.
  template <typename T>
  static Pending keeping(T*& into) {
    Pending pending;
    pending.take = [](Pending& self, void* data) {
      *static_cast<T**>(self.into) = static_cast<T*>(data);
    };
    pending.into = static_cast<void*>(&into);
    return pending;
  }
  // Of a raw call: `status` is none of the protocol's, and what failed is not told as text.
  static void on_reply(rpc_context*, int status, void* data, void* self) {
    on_done(status == RPC_STATUS_SUCCESS ? 0 : -EFAULT, nullptr, data, self);
  }
  template <typename T>
  static Pending copying(T& into) {
    Pending pending;
    pending.take = [](Pending& self, void* data) {
      *static_cast<T*>(self.into) = *static_cast<T*>(data);
    };
    pending.into = &into;
    return pending;
  }
};

WireClient::WireClient(const WireRequest& request) : request_(request), nfs_(::nfs_init_context()) {
  if (nfs_ == nullptr) return;
  // The ports have no setters in this libnfs; this sets them on the context, whatever is mounted.
  const std::string ports =
      "nfs://server/?nfsport=" + std::to_string(request.nfs_port) +
      (request.mount_port == 0 ? std::string()
                               : "&mountport=" + std::to_string(request.mount_port)) +
      "&auto-traverse-mounts=0";
  if (nfs_url* url = ::nfs_parse_url_incomplete(nfs_, ports.c_str())) ::nfs_destroy_url(url);
  ::nfs_set_version(nfs_, request.version);
  ::nfs_set_autoreconnect(nfs_, 0);  // the default reconnects for ever without a pause
  ::nfs_set_timeout(nfs_, static_cast<int>(request.rpc_timeout.count()));
  ::nfs_set_tcp_syncnt(nfs_, 1);
  ::nfs_set_dircache(nfs_, 0);
  ::nfs_umask(nfs_, 0);
  std::vector<std::uint32_t> groups = request.groups;
  ::nfs_set_auth(nfs_,
                 ::libnfs_authunix_create("sparkwarden",
                                          request.uid,
                                          request.gid,
                                          static_cast<std::uint32_t>(groups.size()),
                                          groups.data()));
  // libnfs's own name is made of pid and second: two containers would evict each other's state.
  ::nfs4_set_client_name(nfs_, request.client.c_str());
  ::nfs4_set_verifier(nfs_, kVerifier.data());
}

WireClient::~WireClient() {
  if (nfs_ != nullptr) ::nfs_destroy_context(nfs_);
}

WireFailure WireClient::drop(WireFailure why) {
  ::nfs_destroy_context(std::exchange(nfs_, nullptr));
  return why;
}

// libnfs keeps the last text for ever, so an old one must not be taken for this failure's cause.
WireFailure WireClient::failure(int status, std::string_view fallback) {
  const char* said = ::nfs_get_error(nfs_);
  const std::string text = said == nullptr ? "" : said;
  const bool old = text.empty() || text == last_text_;
  const bool transport = status == -EFAULT || status == -EINTR;
  WireFailure why{.error = -status, .text = old ? std::string(fallback) : text};
  if (!old || !transport) why.symbol = symbol_in(text);
  if (status == -EINTR) why.symbol = kTimedOut;
  if (why.text.empty() && status == -EFAULT) why.symbol = kConnectionLost;
  if (why.text.empty()) why.text = transport ? "no answer" : std::strerror(-status);
  return why;
}

// The callback's status, or why there is none. Cancelled, timed out or broken: the connection is
// given up, because libnfs can corrupt its stream after a timeout.
template <typename Start>
Wire<int> WireClient::perform(Pending& pending, Start start) {
  if (nfs_ == nullptr) return tl::unexpected(WireFailure{.symbol = std::string(kConnectionLost)});
  const char* before = ::nfs_get_error(nfs_);
  last_text_ = before == nullptr ? "" : before;
  const Instant deadline = now() + request_.step_deadline;
  if (start() != 0) return tl::unexpected(failure(-EFAULT, "the request could not be sent"));
  while (!pending.done) {
    if (now() >= deadline) {
      WireFailure late{.error = ETIMEDOUT, .symbol = std::string(kTimedOut)};
      late.text = "no answer within the step's deadline";
      return tl::unexpected(drop(std::move(late)));
    }
    pollfd socket{.fd = ::nfs_get_fd(nfs_),
                  .events = static_cast<short>(::nfs_which_events(nfs_)),
                  .revents = 0};
    ::poll(&socket, 1, kTickMs);
    const int serviced = ::nfs_service(nfs_, revents_for(socket.revents));
    if (serviced < 0 && !pending.done) {
      WireFailure lost = failure(-EFAULT, "the connection was closed");
      if (lost.symbol.empty()) lost.symbol = kConnectionLost;
      return tl::unexpected(drop(std::move(lost)));
    }
  }
  if (pending.status >= 0) return pending.status;
  WireFailure why = failure(pending.status, pending.words);
  const bool in_doubt =
      pending.status == -EINTR || (pending.status == -EFAULT && why.symbol.empty());
  return tl::unexpected(in_doubt ? drop(std::move(why)) : std::move(why));
}

namespace {

Wire<void> nothing(const Wire<int>& result) {
  if (!result) return tl::unexpected(result.error());
  return {};
}

}  // namespace

Wire<void> WireClient::mount() {
  Pending pending;
  pending.data_is_text = true;  // a rejected call (MSG_DENIED) is told here only
  return nothing(perform(pending, [&] {
    return ::nfs_mount_async(
        nfs_, request_.address.c_str(), request_.export_path.c_str(), &Pending::on_done, &pending);
  }));
}

Wire<void> WireClient::unmount() {
  Pending pending;
  return nothing(
      perform(pending, [&] { return ::nfs_umount_async(nfs_, &Pending::on_done, &pending); }));
}

template <typename Start>
Wire<WireStat> WireClient::stat_with(Start start) {
  nfs_stat_64 raw{};
  Pending pending = Pending::copying(raw);
  const Wire<int> result = perform(pending, [&] { return start(pending); });
  if (!result) return tl::unexpected(result.error());
  return WireStat{.device = raw.nfs_dev,
                  .inode = raw.nfs_ino,
                  .mode = raw.nfs_mode & 07777,
                  .uid = raw.nfs_uid,
                  .gid = raw.nfs_gid,
                  .size = raw.nfs_size,
                  .kind = kind_of(static_cast<mode_t>(raw.nfs_mode)),
                  .changed_ns = nanoseconds_of(raw.nfs_mtime, raw.nfs_mtime_nsec)};
}

Wire<WireStat> WireClient::stat(const std::string& path) {
  return stat_with([&](Pending& pending) {
    return ::nfs_stat64_async(nfs_, path.c_str(), &Pending::on_done, &pending);
  });
}

Wire<WireStat> WireClient::stat_name(const std::string& path) {
  return stat_with([&](Pending& pending) {
    return ::nfs_lstat64_async(nfs_, path.c_str(), &Pending::on_done, &pending);
  });
}

Wire<std::vector<Listed>> WireClient::list(const std::string& path) {
  nfsdir* directory = nullptr;
  Pending pending = Pending::keeping(directory);
  const Wire<int> result = perform(pending, [&] {
    return ::nfs_opendir_async(nfs_, path.c_str(), &Pending::on_done, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  std::vector<Listed> entries;
  for (const nfsdirent* entry = ::nfs_readdir(nfs_, directory);
       entry != nullptr && entries.size() < kListedMax;
       entry = ::nfs_readdir(nfs_, directory)) {
    const std::string name = entry->name == nullptr ? "" : entry->name;
    if (name == "." || name == "..") continue;
    const auto seconds = static_cast<std::uint64_t>(entry->mtime.tv_sec);
    entries.push_back({.name = name,
                       .kind = kind_of_entry(entry->type),
                       .changed_ns = nanoseconds_of(seconds, entry->mtime_nsec)});
  }
  ::nfs_closedir(nfs_, directory);
  return entries;
}

namespace {

// The last result of the COMPOUND, if it is the attribute that was asked for: two 64-bit numbers.
// Copied out, because libnfs 4.0.0 lays its results out at addresses that are not aligned for them.
std::string fsid_in(const COMPOUND4res& reply) {
  constexpr u_int kFsidBytes = 16;
  if (reply.status != NFS4_OK || reply.resarray.resarray_len == 0) return {};
  nfs_resop4 last;
  const auto* results = reinterpret_cast<const char*>(reply.resarray.resarray_val);
  std::memcpy(&last, results + (reply.resarray.resarray_len - 1) * sizeof last, sizeof last);
  if (last.resop != OP_GETATTR || last.nfs_resop4_u.opgetattr.status != NFS4_OK) return {};
  const attrlist4& bytes =
      last.nfs_resop4_u.opgetattr.GETATTR4res_u.resok4.obj_attributes.attr_vals;
  if (bytes.attrlist4_len != kFsidBytes) return {};
  std::string text;
  for (u_int i = 0; i < kFsidBytes; ++i) {
    std::array<char, 4> digits{};
    const auto byte = static_cast<unsigned char>(bytes.attrlist4_val[i]);
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    if (i == kFsidBytes / 2) text += '.';
    text += digits.data();
  }
  return text;
}

}  // namespace

Wire<std::string> WireClient::file_system_id() {
  std::vector<nfs_argop4> operations(1);
  operations[0].argop = OP_PUTROOTFH;
  std::string path = request_.export_path;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) {
      nfs_argop4 lookup{};
      lookup.argop = OP_LOOKUP;
      lookup.nfs_argop4_u.oplookup.objname = {static_cast<u_int>(end - at), path.data() + at};
      operations.push_back(lookup);
    }
    at = end + 1;
  }
  std::uint32_t wanted = 1U << FATTR4_FSID;
  nfs_argop4 attributes{};
  attributes.argop = OP_GETATTR;
  attributes.nfs_argop4_u.opgetattr.attr_request = {1, &wanted};
  operations.push_back(attributes);

  std::string text;
  Pending pending;
  pending.into = &text;
  pending.take = [](Pending& self, void* data) {
    *static_cast<std::string*>(self.into) = fsid_in(*static_cast<const COMPOUND4res*>(data));
  };
  const Wire<int> result = perform(pending, [&] {
    COMPOUND4args arguments{};
    arguments.argarray.argarray_len = static_cast<u_int>(operations.size());
    arguments.argarray.argarray_val = operations.data();
    return ::rpc_nfs4_compound_async(
        ::nfs_get_rpc_context(nfs_), &Pending::on_reply, &arguments, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  return text;
}

Wire<WireSpace> WireClient::space(const std::string& path) {
  nfs_statvfs_64 raw{};
  Pending pending = Pending::copying(raw);
  const Wire<int> result = perform(pending, [&] {
    return ::nfs_statvfs64_async(nfs_, path.c_str(), &Pending::on_done, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  const std::uint64_t unit = raw.f_frsize != 0 ? raw.f_frsize : raw.f_bsize;
  return WireSpace{.total_bytes = raw.f_blocks * unit, .available_bytes = raw.f_bavail * unit};
}

Wire<void> WireClient::make_directory(const std::string& path, int mode) {
  Pending pending;
  return nothing(perform(pending, [&] {
    return ::nfs_mkdir2_async(nfs_, path.c_str(), mode, &Pending::on_done, &pending);
  }));
}

Wire<void> WireClient::remove_directory(const std::string& path) {
  Pending pending;
  return nothing(perform(
      pending, [&] { return ::nfs_rmdir_async(nfs_, path.c_str(), &Pending::on_done, &pending); }));
}

Wire<nfsfh*> WireClient::open(const std::string& path, int flags, int mode) {
  nfsfh* file = nullptr;
  Pending pending = Pending::keeping(file);
  const Wire<int> result = perform(pending, [&] {
    return ::nfs_open2_async(nfs_, path.c_str(), flags, mode, &Pending::on_done, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  return file;
}

Wire<nfsfh*> WireClient::create(const std::string& path, int mode) {
  return open(path, O_RDWR | O_CREAT | O_EXCL, mode);  // without O_EXCL version 4 drops the mode
}

// After a refused OPEN libnfs 4.0.0 counts its sequence wrongly, and no later one succeeds over
// version 4: so it is only sent where it will not be refused.
Wire<void> WireClient::may_be_read(const std::string& path) {
  const Wire<WireStat> status = stat_name(path);
  if (!status) return tl::unexpected(status.error());
  if (status->kind != Listed::Kind::file) {
    return tl::unexpected(WireFailure{
        .error = EINVAL, .symbol = std::string(kNoFile), .text = "something else has this name"});
  }
  Pending pending;
  return nothing(perform(pending, [&] {
    return ::nfs_access_async(nfs_, path.c_str(), R_OK, &Pending::on_done, &pending);
  }));
}

Wire<std::string> WireClient::read_file(const std::string& path, std::size_t bytes) {
  if (request_.version == 4) {
    if (const Wire<void> may = may_be_read(path); !may) return tl::unexpected(may.error());
  }
  const Wire<nfsfh*> file = open(path, O_RDONLY | O_NOFOLLOW, 0);
  if (!file) return tl::unexpected(file.error());
  Wire<std::string> data = read(*file, bytes);
  if (alive()) static_cast<void>(close(*file));
  return data;
}

Wire<void> WireClient::write(nfsfh* file, const std::string& data) {
  Pending pending;
  const Wire<int> result = perform(pending, [&] {
    return ::nfs_pwrite_async(nfs_, file, 0, data.size(), data.data(), &Pending::on_done, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  if (static_cast<std::size_t>(*result) == data.size()) return {};
  return tl::unexpected(WireFailure{.error = EIO, .text = "a short write"});
}

Wire<void> WireClient::sync(nfsfh* file) {
  Pending pending;
  return nothing(
      perform(pending, [&] { return ::nfs_fsync_async(nfs_, file, &Pending::on_done, &pending); }));
}

Wire<std::string> WireClient::read(nfsfh* file, std::size_t bytes) {
  std::string data;
  Pending pending;
  pending.take = [](Pending& self, void* got) {
    const auto count = std::min(static_cast<std::size_t>(self.status), self.room);
    static_cast<std::string*>(self.into)->assign(static_cast<const char*>(got), count);
  };
  pending.into = &data;
  pending.room = bytes;
  const Wire<int> result = perform(pending, [&] {
    return ::nfs_pread_async(nfs_, file, 0, bytes, &Pending::on_done, &pending);
  });
  if (!result) return tl::unexpected(result.error());
  return data;
}

Wire<void> WireClient::close(nfsfh* file) {
  Pending pending;
  return nothing(
      perform(pending, [&] { return ::nfs_close_async(nfs_, file, &Pending::on_done, &pending); }));
}

Wire<void> WireClient::rename(const std::string& from, const std::string& to) {
  Pending pending;
  return nothing(perform(pending, [&] {
    return ::nfs_rename_async(nfs_, from.c_str(), to.c_str(), &Pending::on_done, &pending);
  }));
}

Wire<void> WireClient::unlink(const std::string& path) {
  Pending pending;
  return nothing(perform(pending, [&] {
    return ::nfs_unlink_async(nfs_, path.c_str(), &Pending::on_done, &pending);
  }));
}

std::string_view symbol_in(std::string_view text) {
  for (const std::string_view prefix : {"NFS3ERR_", "NFS4ERR_", "MNT3ERR_"}) {
    const std::size_t start = text.find(prefix);
    if (start == std::string_view::npos) continue;
    const std::string_view rest = text.substr(start);
    return rest.substr(0, rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"));
  }
  return {};
}

}  // namespace sparkwarden::probes::storage
