// SPDX-License-Identifier: Apache-2.0
// A bearer token in a file, as Kubernetes mounts a Secret's key.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/core/result.hpp"

namespace sparkwarden::io {

inline constexpr std::size_t kTokenBytesMax = 4096;

/// The token: the file's text without blanks and line ends around it. It is never part of an error.
/// Blocks: for the worker thread, or before the event loop runs.
/// Errors: `token.unreadable`, `token.empty`, `token.malformed` (not of the form of RFC 6750 2.1,
/// or too long); subject the path.
[[nodiscard]] Result<std::string> read_token(const std::string& path);

/// Whether an Authorization header presents `token` in the scheme Bearer. Takes as long for a wrong
/// token as for the right one of the same length.
[[nodiscard]] bool presents_token(std::string_view authorization, std::string_view token);

}  // namespace sparkwarden::io
