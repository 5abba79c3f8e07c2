// SPDX-License-Identifier: Apache-2.0
// The metric families of the probe `storage`.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/measurement.hpp"

namespace sparkwarden::probes::storage::measures {

inline constexpr std::string_view kOperationLabels[] = {"operation", "via"};
inline constexpr double kOperationBuckets[] = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

inline constexpr MeasureSpec kOperationDuration{
    .name = "sparkwarden_nfs_operation_duration_seconds",
    .help = "Time of one successful NFS operation of the probe, by operation and way.",
    .kind = Kind::histogram,
    .label_keys = kOperationLabels,
    .buckets = kOperationBuckets};
inline constexpr MeasureSpec kOperationFailures{
    .name = "sparkwarden_nfs_operation_failures_total",
    .help = "NFS operations of the probe that failed or were cut off, by operation and way.",
    .kind = Kind::counter,
    .label_keys = kOperationLabels};
inline constexpr MeasureSpec kSize{
    .name = "sparkwarden_storage_size_bytes",
    .help = "Size of the file system that holds the checkpoint export, as the server told it."};
inline constexpr MeasureSpec kFree{
    .name = "sparkwarden_storage_free_bytes",
    .help = "Bytes an unprivileged user can still write to the checkpoint export."};
inline constexpr MeasureSpec kRetransmits{
    .name = "sparkwarden_nfs_rpc_retransmits_total",
    .help = "Requests of the node, over the checkpoint mount, that were sent more than once.",
    .kind = Kind::counter};
inline constexpr MeasureSpec kTimeouts{
    .name = "sparkwarden_nfs_rpc_timeouts_total",
    .help = "Requests of the node, over the checkpoint mount, that timed out.",
    .kind = Kind::counter};
inline constexpr MeasureSpec kBacklog{
    .name = "sparkwarden_nfs_rpc_backlog_requests",
    .help = "Requests that waited for a slot when one was sent, on average since the last run."};
inline constexpr MeasureSpec kUnanswered{
    .name = "sparkwarden_nfs_rpc_unanswered_requests",
    .help = "Requests of the node, over the checkpoint mount, that still wait for an answer."};

inline constexpr MeasureSpec kRequests{
    .name = "sparkwarden_nfs_rpc_requests_total",
    .help = "Requests of the node, over the checkpoint mount, that came to an end.",
    .kind = Kind::counter};
inline constexpr MeasureSpec kRoundTrip{
    .name = "sparkwarden_nfs_rpc_round_trip_seconds_total",
    .help = "Time that those requests waited for their answers, added up.",
    .kind = Kind::counter};

inline constexpr std::string_view kViaLabel[] = {"via"};
inline constexpr MeasureSpec kChildKills{
    .name = "sparkwarden_storage_child_kills_total",
    .help = "Child processes of the probe that had to be killed at their deadline, by way.",
    .kind = Kind::counter,
    .label_keys = kViaLabel};
inline constexpr MeasureSpec kVisibilityDelay{
    .name = "sparkwarden_storage_visibility_delay_seconds",
    .help = "Upper bound of the time until this executor saw what its driver had written."};

inline constexpr std::array kAll{&kOperationDuration,
                                 &kOperationFailures,
                                 &kSize,
                                 &kFree,
                                 &kRetransmits,
                                 &kTimeouts,
                                 &kBacklog,
                                 &kUnanswered,
                                 &kRequests,
                                 &kRoundTrip,
                                 &kChildKills,
                                 &kVisibilityDelay};

}  // namespace sparkwarden::probes::storage::measures
