// SPDX-License-Identifier: Apache-2.0
// A manifest from wherever a person may have it.
#pragma once

#include <string>

#include "agent/core/manifest.hpp"
#include "agent/core/result.hpp"

namespace sparkwarden::commands {

/// `operand` is a manifest file, a directory (the root of an unpacked image, which is then looked
/// at), or the http:// URL of an agent (`/v1/manifest` unless it has a path), which is shown the
/// bearer token in `token_file` unless that is empty.
/// Errors: `manifest.unreadable` and those of parse_manifest, with what was wrong in `detail`;
/// `usage` for an operand that can be none of these.
[[nodiscard]] Result<Manifest> load_manifest(const std::string& operand,
                                             const std::string& token_file = {});

}  // namespace sparkwarden::commands
