// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "agent/commands/commands.hpp"
#include "agent/commands/load_manifest.hpp"
#include "agent/commands/one_run.hpp"
#include "agent/commands/report_output.hpp"
#include "agent/core/agent_codes.hpp"
#include "agent/core/compare.hpp"

namespace sparkwarden::commands {
namespace {

/// What keeps one section of two manifests from being compared, or the comparison from being whole.
template <typename Section>
std::vector<Unlooked> gaps(const DiffOptions& options,
                           const std::shared_ptr<const Section>& driver,
                           const std::shared_ptr<const Section>& executor,
                           std::string_view name) {
  std::vector<Unlooked> list;
  const auto look = [&](const Section* section, const Section* other, const std::string& operand) {
    if (section == nullptr && other != nullptr) {
      list.push_back(unlooked(
          agent_codes::kNoSection, operand, "has no `" + std::string(name) + "` to compare"));
    }
    if (section == nullptr || section->complete) return;
    for (const std::string& reason : section->incomplete) {
      list.push_back(unlooked(agent_codes::kIncomplete, operand, reason));
    }
  };
  look(driver.get(), executor.get(), options.driver);
  look(executor.get(), driver.get(), options.executor);
  return list;
}

/// The judgement of one probe's areas, in the settings' policy.
exporters::CheckReport judged(const probes::ProbeRow& row,
                              const Setup& setup,
                              std::span<const Difference> differences,
                              std::vector<Unlooked> unlooked) {
  const auto slot = std::ranges::find(setup.config.probes, row.name, &settings::ProbeSlot::name);
  Report report{.probe = std::string(row.name),
                .started = Instant::clock::now(),
                .started_wall = WallTime::clock::now()};
  report.observed.findings = row.judge(differences, *slot->own);
  report.observed.unlooked = std::move(unlooked);
  report.observed =
      apply(setup.config.agent.findings, std::move(report.observed), report.started_wall);
  return exporters::check_report(report);
}

exporters::ReportDocument compared(const DiffOptions& options,
                                   const Setup& setup,
                                   const Manifest& driver,
                                   const Manifest& executor) {
  const std::vector<Difference> differences = compare(driver, executor);
  exporters::ReportDocument document{.tool_version = SPARKWARDEN_VERSION};
  for (const probes::ProbeRow& row : probes::registry()) {
    if (row.judge == nullptr) continue;
    std::vector<Unlooked> unlooked;
    if (row.name == "python") unlooked = gaps(options, driver.python, executor.python, row.name);
    if (row.name == "runtime") unlooked = gaps(options, driver.runtime, executor.runtime, row.name);
    document.checks.push_back(judged(row, setup, differences, std::move(unlooked)));
  }
  return document;
}

}  // namespace

int diff_manifests(const DiffOptions& options, const Environment& environment) {
  const Setup setup = set_up(options.common, environment);
  print_problems(setup.problems);
  if (!setup.problems.empty()) return kUsage;

  const Result<Manifest> driver = load_manifest(options.driver, options.token_file);
  const Result<Manifest> executor = load_manifest(options.executor, options.token_file);
  int trouble = kOk;
  for (const auto& [operand, loaded] :
       {std::pair(&options.driver, &driver), std::pair(&options.executor, &executor)}) {
    if (*loaded) continue;
    const Error& error = loaded->error();
    std::fprintf(stderr, "sparkwarden: %s: %s\n", operand->c_str(), error.detail.c_str());
    trouble = error.code == "usage" || trouble == kUsage ? kUsage : kCouldNotLook;
  }
  if (trouble != kOk) return trouble;

  const exporters::ReportDocument document = compared(options, setup, *driver, *executor);
  print_differences(document, options.format, environment, options.strict);
  return exit_code(document, options.strict);
}

}  // namespace sparkwarden::commands
