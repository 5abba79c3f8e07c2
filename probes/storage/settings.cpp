// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/settings.hpp"

#include <algorithm>

namespace sparkwarden::probes::storage {
namespace {

constexpr int kPortMax = 65'535;
constexpr std::size_t kTargetsMax = 16;
constexpr int kSlowRunsMax = 20;
constexpr std::size_t kGroupsMax = 16;  // AUTH_SYS has room for no more

void check_port(settings::Binder& binder, std::string_view key, int port) {
  if (port < 0 || port > kPortMax) binder.problem(key, "expected a port from 0 to 65535");
}

void check_id(settings::Binder& binder, std::string_view key, const Auto<int>& id) {
  if (id && *id < 0) binder.problem(key, "expected a numeric id, 0 or more");
}

}  // namespace

void Connect::bind(settings::Binder& binder) {
  binder.key("address", address, "where to dial instead of the target's server; empty: the server");
  binder.key("nfs_port", nfs_port, "port of the NFS service; 0: 2049");
  binder.key("mount_port", mount_port, "port of the v3 mount daemon; 0: ask the portmapper");
  binder.key("version", version, "3, 4, or auto: version 3 where the server offers it, else 4");
  check_port(binder, "nfs_port", nfs_port);
  check_port(binder, "mount_port", mount_port);
}

void WireIdentity::bind(settings::Binder& binder) {
  binder.key(
      "uid", uid, "user id to write with; auto: this process. Give Spark's (185 in stock images)");
  binder.key("gid", gid, "group id to write with; auto: this process");
  binder.key("groups", groups, "further group ids (fsGroup), at most 16; auto: this process");
  check_id(binder, "uid", uid);
  check_id(binder, "gid", gid);
  if (groups && groups->size() > kGroupsMax) {
    binder.problem("groups", "more than 16 groups: AUTH_SYS cannot carry them");
  }
  for (const int group : groups.value_or(std::vector<int>{})) check_id(binder, "groups", group);
}

void SpaceLimits::bind(settings::Binder& binder) {
  binder.key("warning", warning, "free share below which there is a warning");
  binder.key("error", error, "free share below which there is an error");
  if (error.fraction > warning.fraction) {
    binder.problem("error", "must not be larger than space.warning");
  }
}

void SlowLimit::bind(settings::Binder& binder) {
  binder.key("p99", p99, "99th percentile of the operations above which the server is slow");
  binder.key("runs", runs, "of how many full runs, 1 to 20");
  if (p99 <= milliseconds(0)) binder.problem("p99", "must be positive");
  if (runs < 1 || runs > kSlowRunsMax) {
    binder.problem("runs", "expected a number from 1 to 20");
    runs = std::clamp(runs, 1, kSlowRunsMax);
  }
}

void Settings::bind(settings::Binder& binder) {
  binder.key("targets", targets, "what to probe; auto: what the mounted files and mountinfo say");
  binder.section("connect", connect);
  binder.section("identity", identity);
  binder.key("wire", wire, "probe over the wire: auto, require (not permitted is an error) or off");
  binder.key(
      "mount", mount, "judge the mount in this container: auto, require (it must be there) or off");
  binder.key(
      "full_every", full_every, "how often to write a canary; auto: 10m on the driver's side");
  binder.key("rpc_timeout", rpc_timeout, "limit of one request to the server");
  binder.key("step_deadline", step_deadline, "limit of one step, which may need several requests");
  binder.section("space", space);
  binder.section("slow", slow);
  if (targets && targets->size() > kTargetsMax) binder.problem("targets", "more than 16 targets");
  if (rpc_timeout <= milliseconds(0)) binder.problem("rpc_timeout", "must be positive");
  if (step_deadline <= milliseconds(0)) binder.problem("step_deadline", "must be positive");
}

}  // namespace sparkwarden::probes::storage

namespace sparkwarden::settings {

using probes::storage::TargetSetting;

std::optional<TargetSetting> Codec<TargetSetting>::read(const yaml::Node& node,
                                                        const Scope& scope) {
  TargetSetting target;
  const bool good = Fields(node, scope)
                        .required("server", target.server)
                        .required("export", target.export_path)
                        .optional("mount_path", target.mount_path)
                        .optional("write", target.write)
                        .done();
  if (!good) return std::nullopt;
  if (target.server.empty() || !target.export_path.starts_with('/')) {
    scope.problem(node, "expected a server and an absolute export path");
    return std::nullopt;
  }
  if (!target.mount_path.empty() && !target.mount_path.starts_with('/')) {
    scope.problem(node, "expected an absolute mount_path");
    return std::nullopt;
  }
  return target;
}

std::string Codec<TargetSetting>::show(const TargetSetting& target) {
  std::string text = "{server: " + show_text(target.server);
  text += ", export: " + show_text(target.export_path);
  if (!target.mount_path.empty()) text += ", mount_path: " + show_text(target.mount_path);
  return text + ", write: " + Codec<bool>::show(target.write) + "}";
}

}  // namespace sparkwarden::settings
