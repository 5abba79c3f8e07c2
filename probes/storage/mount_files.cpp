// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/mount_files.hpp"

#include <array>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/core/storage_token.hpp"
#include "probes/storage/mount_step.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Listed::Kind kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return Listed::Kind::directory;
  return S_ISREG(mode) ? Listed::Kind::file : Listed::Kind::other;
}

}  // namespace

Wire<io::Descriptor> open_directory(const io::Descriptor& parent, const std::string& name) {
  constexpr int kDirectory = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  io::Descriptor opened(::openat(parent.get(), name.c_str(), kDirectory));
  if (opened.get() < 0) return system_failure();
  return opened;
}

Wire<std::string> read_first(const io::Descriptor& directory, const std::string& name) {
  // Looked at before it is opened: to open a pipe or a device can wait, or do something.
  struct stat status {};
  if (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return system_failure();
  }
  if (!S_ISREG(status.st_mode)) return own_failure(kNoFile, "no regular file");
  constexpr int kRead = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  io::Descriptor file(::openat(directory.get(), name.c_str(), kRead | O_DIRECT));
  if (file.get() < 0 && errno == EINVAL) {
    file = io::Descriptor(::openat(directory.get(), name.c_str(), kRead));
  }
  if (file.get() < 0) return system_failure();
  alignas(kFirstBytes) static std::array<char, kFirstBytes> block;
  const ssize_t got = ::pread(file.get(), block.data(), block.size(), 0);
  if (got < 0) return system_failure();
  return std::string(block.data(), static_cast<std::size_t>(got));
}

Directory readable(const io::Descriptor& directory) {
  io::Descriptor opened(
      ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  Directory stream(opened.get() < 0 ? nullptr : ::fdopendir(opened.get()), ::closedir);
  if (stream != nullptr) static_cast<void>(opened.release());
  return stream;
}

Wire<std::vector<Listed>> list_ours(const io::Descriptor& directory, Instant end) {
  const Directory stream = readable(directory);
  if (stream == nullptr) return system_failure();
  std::vector<Listed> entries;
  while (entries.size() < kListedMax && std::chrono::steady_clock::now() < end) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return system_failure();
    if (entry == nullptr) break;
    const std::string name(entry->d_name);
    // The form of the other two names is a special case of this one.
    if (!is_pod_directory(name)) continue;
    struct stat status {};
    if (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    entries.push_back({.name = name,
                       .kind = kind_of(status.st_mode),
                       .changed_ns = status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec});
  }
  return entries;
}

Wire<Listed> look_again(const io::Descriptor& directory, const std::string& name) {
  struct statx status {};
  const int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_FORCE_SYNC;
  constexpr unsigned kWanted = STATX_TYPE | STATX_MTIME;
  if (::statx(directory.get(), name.c_str(), flags, kWanted, &status) != 0) return system_failure();
  return Listed{.name = name,
                .kind = kind_of(status.stx_mode),
                .changed_ns = status.stx_mtime.tv_sec * kSecond + status.stx_mtime.tv_nsec};
}

}  // namespace sparkwarden::probes::storage
