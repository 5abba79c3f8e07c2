// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/atomic_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sparkwarden::commands {
namespace {

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_atomically(const std::string& path, std::string_view content, mode_t mode) {
  const auto failed = [&] { return fail({"file.unwritable", path, std::strerror(errno)}); };
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code ignored;  // a parent that cannot be made shows when the file is opened
  if (!parent.empty()) std::filesystem::create_directories(parent, ignored);

  const std::string temporary = path + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return failed();
  // fchmod: the mode must not depend on the umask of whoever starts us.
  const bool good = ::fchmod(fd, mode) == 0 && write_all(fd, content) && ::fsync(fd) == 0;
  const auto error = failed();
  ::close(fd);
  if (!good) {
    ::unlink(temporary.c_str());
    return error;
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    const auto not_renamed = failed();
    ::unlink(temporary.c_str());
    return not_renamed;
  }
  return {};
}

}  // namespace sparkwarden::commands
