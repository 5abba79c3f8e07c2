// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/reload.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "agent/core/agent_codes.hpp"
#include "agent/core/shown_value.hpp"

namespace sparkwarden::commands {
namespace {

constexpr std::array<std::string_view, 6> kCommonKeys{
    "enabled", "period", "deadline", "max_age", "fail_after", "pass_after"};

std::map<std::string_view, std::string_view> values_of(const settings::Config& config) {
  std::map<std::string_view, std::string_view> values;
  for (const settings::Effective& one : config.effective) values[one.key] = one.value;
  return values;
}

}  // namespace

bool needs_restart(std::string_view key) {
  return key == "role" || key.starts_with("listen.") || key.starts_with("paths.") ||
         key.starts_with("gate.") || (key.starts_with("probes.") && key.ends_with(".enabled"));
}

std::vector<std::string> changed_keys(const settings::Config& before,
                                      const settings::Config& after) {
  const auto old = values_of(before);
  std::vector<std::string> keys;
  for (const settings::Effective& one : after.effective) {
    const auto was = old.find(one.key);
    if (was == old.end() || was->second != one.value) keys.push_back(one.key);
  }
  return keys;
}

bool same_settings(const LastRead& last, const Setup& next) {
  const auto lines = [](const settings::Problems& problems) {
    std::vector<std::string> all;
    for (const settings::Problem& problem : problems) all.push_back(to_line(problem));
    return all;
  };
  return lines(last.problems) == lines(next.problems) &&
         changed_keys(last.config, next.config).empty();
}

bool remakes(std::string_view probe, const std::vector<std::string>& changed) {
  const std::string prefix = "probes." + std::string(probe) + ".";
  return std::ranges::any_of(changed, [&](std::string_view key) {
    if (key == "limits.file" || key == "limits.peer_body" || key == "spark_version") return true;
    if (!key.starts_with(prefix)) return false;
    return std::ranges::find(kCommonKeys, key.substr(prefix.size())) == kCommonKeys.end();
  });
}

bool ranks_anew(const std::vector<std::string>& changed) {
  return std::ranges::any_of(
      changed, [](std::string_view key) { return key == "findings" || key == "suppress"; });
}

Setup adopted(const Setup& running, Setup next) {
  next.config.agent.role = running.config.agent.role;
  next.config.agent.listen = running.config.agent.listen;
  next.config.agent.paths = running.config.agent.paths;
  next.config.agent.gate = running.config.agent.gate;
  next.role_known = running.role_known;
  settings::World world = running.world;
  world.file_bytes_max = next.world.file_bytes_max;
  world.peer_bytes_max = next.world.peer_bytes_max;
  world.spark_version = next.world.spark_version;
  next.world = std::move(world);
  next.probes = running.probes;
  for (EnabledProbe& probe : next.probes) {
    const auto slot =
        std::ranges::find(next.config.probes, probe.row->name, &settings::ProbeSlot::name);
    probe.timing = slot->common;
    probe.own = slot->own;
  }
  return next;
}

std::vector<Finding> invalid_settings(const settings::Problems& problems) {
  std::vector<Finding> findings;
  for (const settings::Problem& problem : problems) {
    Finding finding = found(agent_codes::kSettingsInvalid,
                            problem.key.empty() ? problem.location.path : problem.key,
                            problem.message);
    finding.location = problem.location;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> restarts_needed(const settings::Config& at_start,
                                     const settings::Config& after) {
  const auto old = values_of(at_start);
  std::vector<Finding> findings;
  for (const settings::Effective& one : after.effective) {
    const auto was = old.find(one.key);
    if (!needs_restart(one.key) || was == old.end() || was->second == one.value) continue;
    Finding finding = found(agent_codes::kRestartNeeded,
                            one.key,
                            "changed in " + one.origin + "; the value from the start is in force");
    finding.expected = shown_value(one.key, one.value);
    finding.actual = shown_value(one.key, std::string(was->second));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace sparkwarden::commands
