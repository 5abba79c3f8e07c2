// SPDX-License-Identifier: Apache-2.0
#include "agent/io/files.hpp"

#include <cerrno>
#include <climits>
#include <cstring>

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

}  // namespace sparkwarden::io
