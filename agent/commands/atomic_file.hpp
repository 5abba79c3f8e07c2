// SPDX-License-Identifier: Apache-2.0
// Writing a file so that a reader sees the old one or the new one, never a part.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

#include "agent/core/result.hpp"

namespace sparkwarden::commands {

/// Writes `<path>.tmp`, fsyncs it and renames it over `path`. Missing parent directories are made.
/// Errors: `file.unwritable` with the system's words.
[[nodiscard]] Result<void> write_atomically(const std::string& path,
                                            std::string_view content,
                                            mode_t mode);

}  // namespace sparkwarden::commands
