// SPDX-License-Identifier: Apache-2.0
// Patterns for paths, as .gitignore and shells with globstar know them.
#pragma once

#include <string_view>

namespace sparkwarden::lint {

/// Whether `pattern` covers all of `path`. `*` and `?` stop at a slash, `**` does not, `[a-z]` is
/// one character. Time: at most pattern times path.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view path);

[[nodiscard]] bool is_glob(std::string_view text);

}  // namespace sparkwarden::lint
