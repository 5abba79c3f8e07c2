// SPDX-License-Identifier: Apache-2.0
// The pages of docs/findings, embedded at build time.
#pragma once

#include <span>
#include <string_view>

namespace sparkwarden::commands {

/// One Markdown text per page. A code's section starts with the line `## <code>`.
[[nodiscard]] std::span<const std::string_view> finding_pages();

}  // namespace sparkwarden::commands
