// SPDX-License-Identifier: Apache-2.0
// `/`: the snapshot as one page for people. It needs no script and nothing from elsewhere.
#pragma once

#include <cstddef>

#include "agent/core/answer.hpp"
#include "agent/core/notice_table.hpp"
#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"

namespace sparkwarden::exporters {

/// Executors shown, worst first.
inline constexpr std::size_t kPageExecutorsMax = 50;

/// HTML 5 in UTF-8, with a policy that lets the browser load and run nothing; it asks for itself
/// again every fifteen seconds. `executors` is null on roles that have none. Everything that is
/// shown is escaped: file names, servers' words and notices come from others.
[[nodiscard]] Answer page(const Snapshot& snapshot,
                          const Readiness& readiness,
                          const AgentInfo& agent,
                          const NoticeTable* executors,
                          Instant now);

}  // namespace sparkwarden::exporters
