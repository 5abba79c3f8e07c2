// SPDX-License-Identifier: Apache-2.0
// What files.cpp and tree.cpp share: system errors in our words, and reading what is open.
#pragma once

#include <cstddef>
#include <string>

#include <sys/types.h>

#include "agent/io/files.hpp"

namespace sparkwarden::io {

[[nodiscard]] FileTrouble trouble_of(int error);

/// "a directory", "a FIFO", ...
[[nodiscard]] std::string kind_word(mode_t mode);

/// The whole content of the open file `fd`, which `path` names in errors.
[[nodiscard]] tl::expected<std::string, FileError> read_regular(int fd,
                                                                const std::string& path,
                                                                std::size_t bytes_max);

}  // namespace sparkwarden::io
