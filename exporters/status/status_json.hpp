// SPDX-License-Identifier: Apache-2.0
// /status: the whole snapshot as JSON, for people and scripts. The form is docs/status.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/core/notice_table.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"

namespace sparkwarden::exporters {

inline constexpr std::string_view kStatusContentType = "application/json";

/// Rows of `executors.rows`, worst first.
inline constexpr std::size_t kExecutorRowsMax = 200;

/// One line of JSON with a line end; keys always in the same order; no floating point. `executors`
/// is null on roles that have none.
[[nodiscard]] std::string status_json(const Snapshot& snapshot,
                                      const Readiness& readiness,
                                      const AgentInfo& agent,
                                      const NoticeTable* executors,
                                      Instant now);

}  // namespace sparkwarden::exporters
