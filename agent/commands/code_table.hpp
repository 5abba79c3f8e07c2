// SPDX-License-Identifier: Apache-2.0
// Every finding code that exists: the agent's own and those of each probe.
#pragma once

#include <string_view>
#include <vector>

#include "agent/core/finding.hpp"

namespace sparkwarden::commands {

/// Sorted by code.
[[nodiscard]] std::vector<Code> all_codes();

/// The section of docs/findings that explains `code`, heading included; empty if there is none.
[[nodiscard]] std::string_view page_section(std::string_view code);

}  // namespace sparkwarden::commands
