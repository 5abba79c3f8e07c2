// SPDX-License-Identifier: Apache-2.0
// JSON with a line per value, so that a golden file can be reviewed.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::tests {

/// `text` indented by two blanks, its keys in their order. Throws where it is no JSON.
[[nodiscard]] std::string pretty_json(std::string_view text);

}  // namespace sparkwarden::tests
