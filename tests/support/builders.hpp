// SPDX-License-Identifier: Apache-2.0
// Realistic values for tests of everything that folds or renders them. Clocks stand still.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/readiness.hpp"
#include "agent/core/snapshot.hpp"
#include "exporters/agent_info.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::tests {

inline constexpr Instant kStart{std::chrono::hours{100}};
inline constexpr WallTime kStartWall{std::chrono::seconds{1'769'860'800}};  // 2026-01-31T12:00:00Z

/// A finding of severity error as a rule makes it: with subject, message, effect and fix.
[[nodiscard]] Finding failing(std::string_view code);
[[nodiscard]] Finding warning(std::string_view code);

/// What was observed: nothing but `finding`.
[[nodiscard]] Observed seen(Finding finding);
/// Nothing at all: the verdict is pass.
[[nodiscard]] Observed all_well();
[[nodiscard]] Observed not_looked_at(std::string_view code);

/// A run of `probe` that began `after` the start and took 12 ms.
[[nodiscard]] Report a_report(std::string probe, milliseconds after, Observed observed);

/// At the start: these probes, all pending, max_age 3 min, fail_after 2.
[[nodiscard]] Snapshot empty_snapshot(std::vector<std::string> probes);

/// A driver ten seconds after its start: `agent` passes, `config` warns about two files, `storage`
/// fails with steps and measurements, `runtime` could not look, `python` is pending.
[[nodiscard]] Snapshot a_snapshot();
inline constexpr Instant kNow = kStart + std::chrono::seconds{10};

[[nodiscard]] exporters::AgentInfo an_agent();

/// What `check` has to say about the same pod: a conflict of two files with source lines, a
/// read-only export with steps, and something that could not be looked at.
[[nodiscard]] exporters::ReportDocument a_document();

}  // namespace sparkwarden::tests
