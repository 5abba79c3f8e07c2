// SPDX-License-Identifier: Apache-2.0
// judge_mount: what the mount table says about the checkpoint volume in this container.
#include <utility>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"

namespace sparkwarden::probes::storage {
namespace {

bool locks_are_local(const Mount& mount) {
  return mount.has("nolock") || mount.value("local_lock").value_or("none") != "none";
}

void judge_options(const Mount& mount, const Target& target, const Judge& judge, Observed& out) {
  const auto add = [&](const Code& row, const std::string& what) {
    out.findings.push_back(found_at(row, target, judge, mount.mount_point + " is mounted " + what));
  };
  if (mount.read_only) add(codes::kMountReadOnly, "read-only (ro)");
  if (mount.has("soft") || mount.has("softerr")) {
    add(codes::kMountSoft, mount.has("soft") ? "soft" : "softerr");
  }
  if (locks_are_local(mount)) {
    const bool nolock = mount.has("nolock");
    const std::string local(mount.value("local_lock").value_or(""));
    add(codes::kMountNoLock, nolock ? "with nolock" : "with local_lock=" + local);
  }
}

}  // namespace

void judge_mount(const Target& target, const Judge& judge, Observed& out) {
  if (judge.settings->mount == Use::off || !target.checkpoint || target.mount_path.empty()) return;
  if (target.mount && target.mount->nfs) {
    judge_options(*target.mount, target, judge, out);
    return;
  }
  if (target.mount) {
    Finding other =
        found_at(codes::kMountNotNfs,
                 target,
                 judge,
                 target.mount_path + " is a file system of type " + target.mount->fstype);
    other.expected = target.name();
    other.actual = target.mount->source;
    out.findings.push_back(std::move(other));
    return;
  }
  const bool required = judge.settings->mount == Use::require;
  const std::string nothing = "nothing is mounted at " + target.mount_path + " in this container";
  out.findings.push_back(
      found_at(required ? codes::kMountNotNfs : codes::kMountAbsent, target, judge, nothing));
}

}  // namespace sparkwarden::probes::storage
