// SPDX-License-Identifier: Apache-2.0
// Wall time as people and programs read it.
#pragma once

#include <string>

#include "agent/core/time.hpp"

namespace sparkwarden::exporters {

/// `2026-01-31T12:00:05.123Z`: UTC, milliseconds, whatever the locale and time zone.
/// Source: RFC 3339 section 5.6.
[[nodiscard]] std::string rfc3339(WallTime time);

}  // namespace sparkwarden::exporters
