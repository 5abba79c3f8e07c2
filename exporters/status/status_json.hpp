// SPDX-License-Identifier: Apache-2.0
// /status: the whole snapshot as JSON, for people and scripts. The form is docs/status.md.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"

namespace sparkwarden::exporters {

inline constexpr std::string_view kStatusContentType = "application/json";

/// One line of JSON with a line end; keys always in the same order; no floating point.
[[nodiscard]] std::string status_json(const Snapshot& snapshot,
                                      const Readiness& readiness,
                                      const AgentInfo& agent,
                                      Instant now);

}  // namespace sparkwarden::exporters
