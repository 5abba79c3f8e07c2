// SPDX-License-Identifier: Apache-2.0
// The families that the agent exports by itself, in the order of the page. docs/metrics.md explains
// each one; a probe's own families are in its measures.hpp.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/answer.hpp"
#include "agent/core/measurement.hpp"
#include "agent/core/snapshot.hpp"

namespace sparkwarden::exporters {

inline constexpr std::string_view kBuildLabels[] = {"version", "commit"};
inline constexpr std::string_view kRoleLabels[] = {"role"};
inline constexpr std::string_view kProbeLabels[] = {"probe"};
inline constexpr std::string_view kVerdictLabels[] = {"probe", "verdict"};
inline constexpr std::string_view kFindingLabels[] = {"probe", "code", "severity"};
inline constexpr std::string_view kExecutorLabels[] = {"verdict"};
inline constexpr std::string_view kCodeLabels[] = {"code"};
inline constexpr std::string_view kRequestLabels[] = {"path", "code"};

inline constexpr MeasureSpec kBuildInfo{
    "sparkwarden_build_info", "Always 1; the build that runs.", Kind::gauge, kBuildLabels};
inline constexpr MeasureSpec kRoleInfo{
    "sparkwarden_role_info", "Always 1; the role of the pod.", Kind::gauge, kRoleLabels};
inline constexpr MeasureSpec kReady{"sparkwarden_ready", "1 if /readyz answers 200."};
inline constexpr MeasureSpec kGateOpen{"sparkwarden_gate_open", "1 once the gate has opened."};
inline constexpr MeasureSpec kGateWouldHold{
    "sparkwarden_gate_would_hold",
    "1 if an enforcing gate would hold; as it was when the gate opened."};
inline constexpr MeasureSpec kGateWait{
    "sparkwarden_gate_wait_seconds",
    "Time from the start of the agent until the gate opened or failed; grows while it holds."};
inline constexpr MeasureSpec kSettingsTaken{"sparkwarden_config_reload_timestamp_seconds",
                                            "When the settings in force were read."};
inline constexpr MeasureSpec kVerdict{"sparkwarden_probe_verdict",
                                      "State set: 1 for the present verdict of the probe, else 0.",
                                      Kind::gauge,
                                      kVerdictLabels};
inline constexpr MeasureSpec kRuns{
    "sparkwarden_probe_runs_total", "Finished runs of the probe.", Kind::counter, kProbeLabels};
inline constexpr MeasureSpec kFailures{"sparkwarden_probe_failures_total",
                                       "Runs of the probe whose verdict was fail.",
                                       Kind::counter,
                                       kProbeLabels};
inline constexpr MeasureSpec kUnknown{"sparkwarden_probe_unknown_total",
                                      "Runs of the probe that could not look at something.",
                                      Kind::counter,
                                      kProbeLabels};
inline constexpr MeasureSpec kDuration{"sparkwarden_probe_duration_seconds",
                                       "Time a run of the probe took.",
                                       Kind::histogram,
                                       kProbeLabels,
                                       kDurationBuckets};
inline constexpr MeasureSpec kLastRun{"sparkwarden_probe_last_run_timestamp_seconds",
                                      "When the last finished run of the probe began.",
                                      Kind::gauge,
                                      kProbeLabels};
inline constexpr MeasureSpec kFinding{
    "sparkwarden_finding", "1 while the finding holds.", Kind::gauge, kFindingLabels};
inline constexpr MeasureSpec kExecutors{
    "sparkwarden_executors",
    "Executors that reported to this driver, by the verdict they last told; gone: not heard for 5 "
    "minutes.",
    Kind::gauge,
    kExecutorLabels};
inline constexpr MeasureSpec kExecutorFindings{
    "sparkwarden_executor_findings",
    "Executors, gone ones of the last 24 hours among them, whose last report named this code.",
    Kind::gauge,
    kCodeLabels};
inline constexpr MeasureSpec kNoticesRefused{
    "sparkwarden_executor_notices_refused_total",
    "Notices that could not be read: of another version, or not by an executor's agent.",
    Kind::counter};
inline constexpr MeasureSpec kConnections{"sparkwarden_http_connections", "Open HTTP connections."};
inline constexpr MeasureSpec kEvicted{"sparkwarden_http_connections_evicted_total",
                                      "HTTP connections closed to make room for new ones.",
                                      Kind::counter};
inline constexpr MeasureSpec kTimedOut{
    "sparkwarden_http_connections_timed_out_total",
    "HTTP connections closed because their client was idle or slow for too long.",
    Kind::counter};
inline constexpr MeasureSpec kRequests{"sparkwarden_http_requests_total",
                                       "HTTP requests answered, by route and status.",
                                       Kind::counter,
                                       kRequestLabels};

inline constexpr MeasureSpec kAnswerTime{
    "sparkwarden_http_answer_duration_seconds",
    "Time from the last byte of a request to the last byte of its answer.",
    Kind::histogram,
    {},
    kAnswerBuckets};

inline constexpr MeasureSpec kCpu{
    "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", Kind::counter};
inline constexpr MeasureSpec kResident{"process_resident_memory_bytes",
                                       "Resident memory size in bytes."};
inline constexpr MeasureSpec kVirtual{"process_virtual_memory_bytes",
                                      "Virtual memory size in bytes."};
inline constexpr MeasureSpec kOpenFds{"process_open_fds", "Number of open file descriptors."};
inline constexpr MeasureSpec kMaxFds{"process_max_fds", "Maximum number of open file descriptors."};
inline constexpr MeasureSpec kStartTime{"process_start_time_seconds",
                                        "Start time of the process since unix epoch in seconds."};

inline constexpr std::array kFamilies{
    &kBuildInfo,        &kRoleInfo,       &kReady,       &kGateOpen, &kGateWouldHold,
    &kGateWait,         &kSettingsTaken,  &kVerdict,     &kRuns,     &kFailures,
    &kUnknown,          &kDuration,       &kLastRun,     &kFinding,  &kExecutors,
    &kExecutorFindings, &kNoticesRefused, &kConnections, &kEvicted,  &kTimedOut,
    &kRequests,         &kAnswerTime,     &kCpu,         &kResident, &kVirtual,
    &kOpenFds,          &kMaxFds,         &kStartTime};

}  // namespace sparkwarden::exporters
