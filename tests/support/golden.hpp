// SPDX-License-Identifier: Apache-2.0
// Golden files: whole outputs, reviewed as a diff. `SPARKWARDEN_UPDATE_GOLDEN=1 ctest` rewrites
// them.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::tests {

/// The text of tests/golden/`name`, after it has been rewritten with `actual` where that was asked
/// for. Errors: an absent file is a text that says so.
[[nodiscard]] std::string golden(const std::string& name, std::string_view actual);

}  // namespace sparkwarden::tests
