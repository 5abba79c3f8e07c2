// SPDX-License-Identifier: Apache-2.0
// The codes of the agent itself (area `agent.*`): its settings, its port, its runs.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::agent_codes {

inline constexpr Code kDeadline{
    "agent.run.deadline", std::nullopt, "a probe did not finish within its deadline"};
inline constexpr Code kException{
    "agent.run.exception", std::nullopt, "a probe ended with an internal error"};
inline constexpr Code kStale{
    "agent.run.stale", std::nullopt, "the last result of a probe is older than its max_age"};
inline constexpr Code kPending{"agent.run.pending", std::nullopt, "a probe has not reported yet"};
inline constexpr Code kOutdated{
    "agent.run.outdated",
    std::nullopt,
    "the driver, the files or the settings changed, and a probe has not looked again yet"};
inline constexpr Code kSettingsInvalid{
    "agent.settings.invalid",
    Severity::error,
    "the agent's own settings do not parse; the defaults are in force, or after a reload the "
    "settings "
    "from before",
    "checks may look at the wrong place; at start an enforcing gate holds its executor",
    "run `sparkwarden config validate --config FILE` in CI and correct each line it names"};
inline constexpr Code kRestartNeeded{
    "agent.settings.restart-needed",
    Severity::info,
    "a setting was changed that a running agent cannot take up",
    "none for Spark; the rest of the new settings is in force",
    "nothing, if the next pod may have it; else delete the pod: role, listen, paths, gate and "
    "probes.*.enabled are read once"};
inline constexpr Code kPortTaken{
    "agent.port.taken",
    Severity::error,
    "the configured port is in use; the agent listens on another one",
    "kubelet probes and Prometheus on the configured port reach another process or nobody",
    "give `listen.port` a port that no other container of the pod uses (all containers of a pod "
    "share one network)"};
inline constexpr Code kRoleUnknown{
    "agent.role.unknown",
    Severity::warning,
    "no role was given and none could be derived; the agent runs as driver, without a gate",
    "an executor with an unknown role is not held back",
    "set SPARKWARDEN_ROLE, or SPARKWARDEN_SPARK_ROLE from the label spark-role"};
inline constexpr Code kTokenUnusable{
    "agent.web.token-unusable",
    Severity::error,
    "the token that guards the agent's pages cannot be read",
    "401 for the manifest, the status and the page: executors are not compared with this driver "
    "(peer.driver.not-permitted)",
    "mount the Secret whose key `web.token_file` names, readable for the agent's user: one word of "
    "letters, digits and - . _ ~ + / ="};
inline constexpr Code kNoSection{
    "agent.manifest.no-section",
    std::nullopt,
    "one of two compared manifests lacks a section that the other has"};
inline constexpr Code kIncomplete{"agent.manifest.incomplete",
                                  std::nullopt,
                                  "a compared manifest says that it does not hold everything"};

inline constexpr std::array kAll{kDeadline,
                                 kException,
                                 kStale,
                                 kPending,
                                 kOutdated,
                                 kSettingsInvalid,
                                 kRestartNeeded,
                                 kPortTaken,
                                 kRoleUnknown,
                                 kTokenUnusable,
                                 kNoSection,
                                 kIncomplete};

}  // namespace sparkwarden::agent_codes
