// SPDX-License-Identifier: Apache-2.0
#include "agent/io/files.hpp"

#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sparkwarden::io {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

FileTrouble trouble_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return FileTrouble::missing;
    case EACCES:
    case EPERM:
      return FileTrouble::no_permission;
    case ELOOP:
      return FileTrouble::symlink_loop;
    case ENXIO:  // a socket
      return FileTrouble::not_regular;
    default:
      return FileTrouble::other;
  }
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "not a regular file";
}

}  // namespace

tl::expected<std::string, FileError> RealFiles::read(const std::string& path,
                                                     std::size_t bytes_max) const {
  const auto failed = [&](FileTrouble trouble, std::string detail) {
    return tl::unexpected(FileError{trouble, path, std::move(detail)});
  };
  // O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) {
    const int error = errno;
    return failed(trouble_of(error), std::strerror(error));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed(FileTrouble::other, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return failed(FileTrouble::not_regular, kind_of(status.st_mode));

  // The size in stat is a hint only: /proc files say 0, and a file can grow while it is read.
  std::string text;
  std::string chunk(64 * 1024, '\0');
  while (true) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(FileTrouble::other, std::strerror(errno));
    if (got == 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      return failed(FileTrouble::too_large, "more than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

std::optional<std::string> RealFiles::link_target(const std::string& path) const {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  target.resize(static_cast<std::size_t>(length));
  return target;
}

}  // namespace sparkwarden::io
