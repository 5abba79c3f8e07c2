// SPDX-License-Identifier: Apache-2.0
#include "agent/io/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/io/file_trouble.hpp"

namespace sparkwarden::io {
namespace {

constexpr int kLinksMax = 40;  // as the kernel's own limit, path_resolution(7)
constexpr int kSafe = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;  // a FIFO must not hold us

tl::unexpected<FileError> failed(const std::string& path, int error) {
  return tl::unexpected(FileError{trouble_of(error), path, std::strerror(error)});
}

std::deque<std::string> components(std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string path;
  for (const std::string& part : parts) path += "/" + part;
  return path.empty() ? "/" : path;
}

std::optional<std::string> read_link(int directory, const std::string& relative) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(directory, relative.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  target.resize(static_cast<std::size_t>(length));
  return target;
}

/// A path below the root's descriptor.
std::string relative(const std::string& path) {
  const std::size_t first = path.find_first_not_of('/');
  return first == std::string::npos ? "." : path.substr(first);
}

int open_in_root(int root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, relative(path).c_str(), &how, sizeof how));
}

EntryKind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::file;
  return S_ISDIR(mode) ? EntryKind::directory : EntryKind::other;
}

std::optional<EntryKind> kind_of_type(unsigned char type) {
  switch (type) {
    case DT_REG:
      return EntryKind::file;
    case DT_DIR:
      return EntryKind::directory;
    case DT_LNK:
    case DT_UNKNOWN:
      return std::nullopt;
    default:
      return EntryKind::other;
  }
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

FileResult<Tree> Tree::open(const std::string& root) {
  Descriptor directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  // A directory of /proc/PID/root opens for anybody; whether it may be looked into shows second.
  if (directory.get() < 0 || ::faccessat(directory.get(), ".", X_OK, AT_EACCESS) != 0) {
    return failed(root, errno);
  }
  // ENOSYS: before Linux 5.6. EPERM: a seccomp filter that does not know the call.
  const Descriptor probe(open_in_root(directory.get(), "/", O_PATH | O_CLOEXEC));
  return Tree(root, std::move(directory), probe.get() >= 0);
}

// Not for "/": there a plain open does the same for half the price, and there is nothing to leave.
FileResult<Descriptor> Tree::open_inside(const std::string& path, int flags) const {
  // openat2 refuses what O_PATH ignores.
  flags |= (flags & O_PATH) != 0 ? O_CLOEXEC : kSafe;
  Descriptor file;
  if (root_ == "/") {
    file = Descriptor(::open(path.c_str(), flags));
  } else if (by_kernel_) {
    file = Descriptor(open_in_root(directory_.get(), path, flags));
  } else {
    const auto resolved = real_path(path);
    if (!resolved) return tl::unexpected(resolved.error());
    file = open_by_hand(*resolved, flags);
  }
  if (file.get() < 0) return failed(path, errno);
  return file;
}

// Step by step, following nothing: whoever owns the tree may put a link in the place of a directory
// after the path was resolved.
Descriptor Tree::open_by_hand(const std::string& resolved, int flags) const {
  std::deque<std::string> parts = components(resolved);
  if (parts.empty()) parts.emplace_back(".");
  Descriptor here;
  while (parts.size() > 1) {
    const int from = here.get() < 0 ? directory_.get() : here.get();
    Descriptor next(
        ::openat(from, parts.front().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (next.get() < 0) return next;
    here = std::move(next);
    parts.pop_front();
  }
  const int from = here.get() < 0 ? directory_.get() : here.get();
  return Descriptor(::openat(from, parts.front().c_str(), flags | O_NOFOLLOW));
}

FileResult<std::string> Tree::read(const std::string& path, std::size_t bytes_max) const {
  const auto file = open_inside(path, O_RDONLY);
  if (!file) return tl::unexpected(file.error());
  return read_regular(file->get(), path, bytes_max);
}

FileResult<std::string> Tree::read_part(const std::string& path,
                                        std::uint64_t offset,
                                        std::size_t bytes) const {
  const auto file = open_inside(path, O_RDONLY);
  if (!file) return tl::unexpected(file.error());
  std::string text(bytes, '\0');
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got =
        ::pread(file->get(), text.data() + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      struct stat status {};
      const bool known = ::fstat(file->get(), &status) == 0;
      if (known && !S_ISREG(status.st_mode)) {
        return tl::unexpected(FileError{FileTrouble::not_regular, path, kind_word(status.st_mode)});
      }
      return failed(path, error);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

FileResult<std::vector<DirectoryEntry>> Tree::list(const std::string& path,
                                                   std::size_t entries_max) const {
  auto file = open_inside(path, O_RDONLY | O_DIRECTORY);
  if (!file) return tl::unexpected(file.error());
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(file->get()));
  if (directory == nullptr) return failed(path, errno);
  static_cast<void>(file->release());  // closedir closes it
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name(static_cast<const char*>(entry->d_name));
    if (name == "." || name == "..") continue;
    if (entries.size() == entries_max) {
      return tl::unexpected(FileError{
          FileTrouble::too_large, path, "more than " + std::to_string(entries_max) + " entries"});
    }
    entries.push_back({std::string(name), kind_of_type(entry->d_type)});
  }
  if (errno != 0) return failed(path, errno);
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

FileResult<EntryStatus> Tree::status(const std::string& path) const {
  const auto file = open_inside(path, O_PATH);
  if (!file) return tl::unexpected(file.error());
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return failed(path, errno);
  return EntryStatus{.kind = kind_of_mode(status.st_mode),
                     .bytes = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0)),
                     .device = status.st_dev,
                     .inode = status.st_ino,
                     .executable = (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0};
}

std::optional<std::string> Tree::link_target(const std::string& path) const {
  const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                ? std::string::npos
                                : path.rfind('/', path.find_last_not_of('/'));
  if (slash == std::string::npos) return std::nullopt;
  const auto parent = open_inside(slash == 0 ? "/" : path.substr(0, slash), O_PATH | O_DIRECTORY);
  if (!parent) return std::nullopt;
  return read_link(parent->get(), relative(path.substr(slash)));
}

// By hand, also where the kernel could open the path: it would not say where it went.
FileResult<std::string> Tree::real_path(const std::string& path) const {
  std::deque<std::string> todo = components(path);
  std::vector<std::string> done;
  int links = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part == "..") {
      if (!done.empty()) done.pop_back();  // the root's parent is the root
      continue;
    }
    done.push_back(part);
    const std::string here = joined(done);
    const std::string below = relative(here);
    if (const auto target = read_link(directory_.get(), below)) {
      if (++links > kLinksMax) {
        return failed(path, ELOOP);
      }
      done.pop_back();
      if (target->starts_with('/')) done.clear();
      std::deque<std::string> parts = components(*target);
      todo.insert(todo.begin(), parts.begin(), parts.end());
      continue;
    }
    struct stat status {};
    if (::fstatat(directory_.get(), below.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return failed(path, errno);
    }
    if (!todo.empty() && !S_ISDIR(status.st_mode)) return failed(path, ENOTDIR);
  }
  return joined(done);
}

}  // namespace sparkwarden::io
