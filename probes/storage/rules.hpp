// SPDX-License-Identifier: Apache-2.0
// The judgement: what was seen of one export and its mount, as findings. Pure; probe.hpp looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/report.hpp"
#include "agent/core/role.hpp"
#include "agent/io/child.hpp"
#include "agent/io/child_protocol.hpp"
#include "agent/io/rpc_null.hpp"
#include "probes/storage/history.hpp"
#include "probes/storage/mount_traffic.hpp"
#include "probes/storage/settings.hpp"
#include "probes/storage/targets.hpp"

namespace sparkwarden::probes::storage {

/// What the event loop saw of a server.
struct ServerLook {
  std::string no_address = {};  // the resolver's words; empty: there is an address
  std::string address = {};     // numeric
  int port = io::kNfsPort;
  int version = 3;  // the last one asked for
  io::RpcReply reply = {};

  [[nodiscard]] bool fine() const {
    return no_address.empty() && reply.answer == io::RpcAnswer::ok;
  }
  bool operator==(const ServerLook&) const = default;
};

/// What a child saw of an export, over the wire or, with version 0, through the mount.
struct WireLook {
  io::ChildEnd end = io::ChildEnd::not_started;
  int status = 0;
  milliseconds took{0};
  std::string detail = {};
  int version = 3;
  io::Transcript transcript = {};
  bool mount_daemon_answers = true;  // the event loop's call before the child; for version 3

  bool operator==(const WireLook&) const = default;
};

/// Whether a child was sent to the mount.
enum class MountTouch {
  none,  // there is none of this export, the settings forbid it, or its counters say it is hung
  done,
  server_silent,
  late,  // no time was left
};

/// Everything known of one target. Without `server` or `wire` there was no time for it, or the
/// settings forbid it. `traffic` is what the node's requests over the mount say by themselves.
struct TargetLook {
  Target target = {};
  std::optional<ServerLook> server = {};
  std::optional<WireLook> wire = {};
  History history = {};
  std::optional<MountTraffic> traffic = {};
  std::optional<WireLook> mount = {};
  History mount_history = {};
  MountTouch touch = MountTouch::none;
};

struct Judge {
  Role role = Role::driver;
  const Settings* settings = nullptr;
  std::uint32_t uid = 0;  // with which the wire was tried
  std::uint32_t gid = 0;
  bool as_itself = true;  // the wire's user is this process, so a denial through the mount counts
};

/// Findings and what could not be looked at; no steps, numbers or facts.
[[nodiscard]] Observed judge_target(const TargetLook& look, const Judge& judge);

/// The parts of the above.
void judge_server(const ServerLook& look, const Target& target, const Judge& judge, Observed& out);
void judge_wire(const WireLook& look, const Target& target, const Judge& judge, Observed& out);
void judge_history(const History& history, const Target& target, const Judge& judge, Observed& out);

/// The slow end of `history`, if it is slow; `where` says of what the operations were.
void judge_speed(const History& history,
                 std::string_view where,
                 const Target& target,
                 const Judge& judge,
                 Observed& out);

/// `history` after one more full look. A look that did not come to its end adds nothing.
[[nodiscard]] History remember(History history, const WireLook& look, const SlowLimit& limit);

/// The operation at the 99th percentile of the window, rounded down; nullopt: no operation yet.
[[nodiscard]] std::optional<OperationTime> slow_end(const History& history);

void judge_mount(const TargetLook& look, const Judge& judge, Observed& out);

/// The mount's answer is known, so that what the wire says only explains it: the kernel mounts from
/// another address and port than the agent calls from.
[[nodiscard]] bool mount_decides(const TargetLook& look, const Judge& judge);

/// The wire child, or the RPC NULL before it, waited for an answer in vain.
[[nodiscard]] bool server_silent(const TargetLook& look);

/// `row` for this target, with its place of declaration; for roles that start other pods, the
/// effect tells first what the kubelet will print for those.
[[nodiscard]] Finding found_at(const Code& row,
                               const Target& target,
                               const Judge& judge,
                               std::string message);

/// The child came to its end, and what it met does not pass by itself (as a grace period does): its
/// answer holds until the next full look.
[[nodiscard]] bool holds(const WireLook& look);

/// The same of a look through the mount. One that hung is always worth another try.
[[nodiscard]] bool mount_holds(const WireLook& look);

/// The child came to its end, and no step failed.
[[nodiscard]] bool went_well(const WireLook& look);

/// The export, or the mount, was entered: the child's first step went well.
[[nodiscard]] bool got_in(const WireLook& look);

/// The first step that failed and matters; nullptr: none.
[[nodiscard]] const io::StepEnd* first_failure(const io::Transcript& transcript);

/// What a failed step was told: symbol and words.
[[nodiscard]] std::string words_of(const io::StepEnd& end);

/// How a child ended that did not come to its end.
[[nodiscard]] std::string died_how(const WireLook& look);

/// Free space as the child told it, against the limits.
void judge_space(const WireLook& look, const Target& target, const Judge& judge, Observed& out);

/// The child's last step removed what it and earlier ones had made.
[[nodiscard]] bool removed_files(const WireLook& look);

/// The agent had to kill the child.
[[nodiscard]] bool killed(const WireLook& look);

/// The child made files and did not get to remove them.
[[nodiscard]] bool left_files(const WireLook& look);

/// The version 3 look failed before the NFS service was reached, where version 4 needs one port
/// only.
[[nodiscard]] bool worth_trying_version_4(const WireLook& look);

/// A number the child told; nullopt when it told none, or told something else.
[[nodiscard]] std::optional<double> told_number(const WireLook& look, std::string_view key);

/// The child's steps; a last one that was begun and not ended is `unfinished`.
[[nodiscard]] std::vector<Step> steps_of(const WireLook& look);

/// Durations of the steps that went well, and a count of those that did not.
[[nodiscard]] std::vector<Measurement> measurements_of(const std::vector<Step>& steps);

}  // namespace sparkwarden::probes::storage
