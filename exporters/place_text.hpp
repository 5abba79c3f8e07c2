// SPDX-License-Identifier: Apache-2.0
// Places in files as people read them.
#pragma once

#include <string>

#include "agent/core/finding.hpp"

namespace sparkwarden::exporters {

/// `path:line:column`, as far as it is known and printable: editors jump there.
[[nodiscard]] std::string place_text(const Location& location);

}  // namespace sparkwarden::exporters
