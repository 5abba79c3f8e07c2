// SPDX-License-Identifier: Apache-2.0
#include "agent/io/file_trouble.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace sparkwarden::io {

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

std::string kind_word(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "not a regular file";
}

tl::expected<std::string, FileError> read_regular(int fd,
                                                  const std::string& path,
                                                  std::size_t bytes_max) {
  const auto failed = [&](FileTrouble trouble, std::string detail) {
    return tl::unexpected(FileError{trouble, path, std::move(detail)});
  };
  struct stat status {};
  if (::fstat(fd, &status) != 0) return failed(FileTrouble::other, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return failed(FileTrouble::not_regular, kind_word(status.st_mode));

  // The size in stat is a hint only: /proc files say 0, and a file can grow while it is read.
  std::string text;
  std::string chunk(64 * 1024, '\0');
  while (true) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(FileTrouble::other, std::strerror(errno));
    if (got == 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      return failed(FileTrouble::too_large, "more than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

}  // namespace sparkwarden::io
