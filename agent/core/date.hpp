// SPDX-License-Identifier: Apache-2.0
// Days, as people write them into settings and comments.
#pragma once

#include <optional>
#include <string_view>

#include "agent/core/time.hpp"

namespace sparkwarden {

/// The end, in UTC, of a day such as 2027-01-31; nullopt for anything else.
[[nodiscard]] std::optional<WallTime> end_of_day(std::string_view text);

}  // namespace sparkwarden
