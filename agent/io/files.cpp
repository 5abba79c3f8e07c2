// SPDX-License-Identifier: Apache-2.0
#include "agent/io/files.hpp"

#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/io/descriptor.hpp"
#include "agent/io/file_trouble.hpp"

namespace sparkwarden::io {

tl::expected<std::string, FileError> RealFiles::read(const std::string& path,
                                                     std::size_t bytes_max) const {
  // O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) {
    const int error = errno;
    return tl::unexpected(FileError{trouble_of(error), path, std::strerror(error)});
  }
  return read_regular(file.get(), path, bytes_max);
}

std::optional<std::string> RealFiles::link_target(const std::string& path) const {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  target.resize(static_cast<std::size_t>(length));
  return target;
}

std::optional<bool> RealFiles::has_entries(const std::string& directory) const {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), &::closedir);
  if (!stream) return std::nullopt;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name(static_cast<const char*>(entry->d_name));
    if (name != "." && !name.starts_with("..")) return true;
  }
  return false;
}

}  // namespace sparkwarden::io
