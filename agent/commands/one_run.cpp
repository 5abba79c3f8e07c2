// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/one_run.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/runtime/board.hpp"
#include "agent/runtime/scheduler.hpp"

namespace sparkwarden::commands {
namespace {

Snapshot empty_snapshot(const Setup& setup) {
  Snapshot snapshot{.started = Instant::clock::now(), .started_wall = WallTime::clock::now()};
  for (const EnabledProbe& probe : setup.probes) {
    snapshot.probes.push_back({.name = std::string(probe.row->name)});
  }
  return snapshot;
}

bool wanted(const std::vector<std::string>& only, std::string_view name) {
  return only.empty() || std::ranges::find(only, name) != only.end();
}

bool needed(const std::vector<std::string>& only, const probes::ProbeRow& row) {
  return wanted(only, row.name) ||
         std::ranges::any_of(row.wakes, [&](std::string_view name) { return wanted(only, name); });
}

awaitable<void> run_in_order(const Setup& setup,
                             const std::vector<std::string>& only,
                             runtime::Board& board) {
  for (const EnabledProbe& enabled : setup.probes) {
    if (!needed(only, *enabled.row)) continue;
    const std::unique_ptr<Probe> probe = enabled.row->make(setup.world, enabled.own);
    RunContext context{.now = Instant::clock::now(),
                       .wall = WallTime::clock::now(),
                       .deadline = enabled.timing.deadline,
                       .full = true,
                       .before = board.current()};
    Report report = co_await runtime::run_once(*probe, std::move(context));
    report.observed =
        apply(setup.config.agent.findings, std::move(report.observed), report.started_wall);
    board.publish(std::move(report), Instant::clock::now());
  }
}

}  // namespace

exporters::ReportDocument run_all_once(const Setup& setup, const std::vector<std::string>& only) {
  boost::asio::io_context loop(1);
  runtime::Board board(empty_snapshot(setup), setup.gate_policy());
  std::exception_ptr failure;
  boost::asio::co_spawn(loop,
                        run_in_order(setup, only, board),
                        [&](const std::exception_ptr& error) { failure = error; });
  loop.run();
  if (failure) std::rethrow_exception(failure);

  exporters::ReportDocument document{.tool_version = SPARKWARDEN_VERSION};
  for (const ProbeState& state : board.current()->probes) {
    if (state.last != nullptr && wanted(only, state.name)) {
      document.checks.push_back(exporters::check_report(*state.last));
    }
  }
  return document;
}

int exit_code(const exporters::ReportDocument& document, bool strict) {
  const exporters::Summary summary = exporters::summarise(document);
  if (summary.errors > 0 || (strict && summary.warnings > 0)) return kFindings;
  return summary.unknown > 0 ? kCouldNotLook : kOk;
}

}  // namespace sparkwarden::commands
