// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/targets.hpp"

#include <algorithm>
#include <utility>

#include "probes/storage/codes.hpp"

namespace sparkwarden::probes::storage {
namespace {

constexpr std::size_t kTargetsMax = 16;

bool at_checkpoint_path(const Target& target) {
  return target.mount_path.find("checkpoint") != std::string::npos;
}

std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string plain_server(std::string_view server) {
  if (server.starts_with('[') && server.ends_with(']'))
    server = server.substr(1, server.size() - 2);
  if (server.ends_with('.')) server.remove_suffix(1);
  std::string result(server);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

bool same_or_below(std::string_view path, std::string_view top) {
  if (top == "/") return path.starts_with('/');
  return path == top || (path.starts_with(top) && path[top.size()] == '/');
}

// mountinfo keeps the name that was mounted and, in `addr=`, the address it had then.
bool same_server(const Mount& mount, const std::string& server) {
  const std::string wanted = plain_server(server);
  return wanted == plain_server(mount.nfs->server) ||
         wanted == plain_server(mount.value("addr").value_or(""));
}

std::string under(const std::string& root, const std::string& path) {
  return root == "/" || root.empty() ? path : without_end_slash(root) + path;
}

Target from_setting(const TargetSetting& setting) {
  return Target{.server = setting.server,
                .export_path = without_end_slash(setting.export_path),
                .mount_path = without_end_slash(setting.mount_path),
                .write = setting.write};
}

Target from_volume(const NfsVolume& volume) {
  return Target{.server = volume.server,
                .export_path = without_end_slash(volume.export_path),
                .mount_path = without_end_slash(volume.mount_path),
                .checkpoint = volume.checkpoint,
                .volume = volume.name,
                .declared_at = volume.declared_at};
}

Target from_mount(const Mount& mount) {
  return Target{.server = mount.nfs->server,
                .export_path = without_end_slash(mount.nfs->path),
                .mount_path = mount.mount_point,
                .mount = mount};
}

std::vector<Target> targets_of(const DeclaredStorage& declared) {
  std::vector<Target> targets;
  for (const NfsVolume& volume : declared.volumes) {
    Target target = from_volume(volume);
    const auto same = std::find_if(targets.begin(), targets.end(), [&](const Target& known) {
      return known.name() == target.name() && known.mount_path == target.mount_path;
    });
    if (same != targets.end()) {  // the same volume in two files
      same->checkpoint = same->checkpoint || target.checkpoint;
    } else {
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

std::vector<Target> targets_of(const MountTable& mounts) {
  std::vector<Target> targets;
  for (const Mount& mount : mounts.mounts) {
    if (mount.nfs && mounts.at(mount.mount_point) == &mount) targets.push_back(from_mount(mount));
  }
  return targets;
}

// The checkpoint is the volume that is flagged, else the only one at a checkpoint path. It alone is
// written to: nobody wants a canary in a volume of input data.
void choose_checkpoint(std::vector<Target>& targets) {
  const auto only = [&](auto wanted) -> Target* {
    const auto first = std::find_if(targets.begin(), targets.end(), wanted);
    if (first == targets.end() || std::any_of(first + 1, targets.end(), wanted)) return nullptr;
    return &*first;
  };
  Target* chosen = nullptr;
  const auto flagged = std::find_if(
      targets.begin(), targets.end(), [](const Target& target) { return target.checkpoint; });
  if (flagged != targets.end()) chosen = &*flagged;
  if (chosen == nullptr) chosen = only(at_checkpoint_path);
  for (Target& target : targets) {
    target.checkpoint = &target == chosen;
    target.write = target.checkpoint;
  }
}

// With settings, `write` is the user's word; the first one written to counts as the checkpoint.
void choose_from_settings(std::vector<Target>& targets) {
  const auto first = std::find_if(
      targets.begin(), targets.end(), [](const Target& target) { return target.write; });
  if (first != targets.end()) first->checkpoint = true;
}

Finding differs(const Target& target, const Mount& mount, const std::string& who) {
  Finding finding = found(codes::kTargetDiffers,
                          target.mount_path,
                          who + " " + target.name() + " at " + target.mount_path +
                              ", and this container has " + mount.source + " there");
  finding.location = target.declared_at;
  finding.expected = target.name();
  finding.actual = mount.source;
  return finding;
}

// An executor writes where its own mount points; a subPath shows as a source below the export.
void attach_mount(Target& target, const TargetSources& sources, TargetPlan& plan) {
  if (target.mount_path.empty() || target.mount) return;
  const Mount* mount = sources.mounts.at(under(sources.root, target.mount_path));
  if (mount == nullptr) return;
  target.mount = *mount;
  if (!mount->nfs) return;
  const std::string path = without_end_slash(mount->nfs->path);
  if (!same_server(*mount, target.server) || !same_or_below(path, target.export_path)) {
    target.other_storage = true;
    const bool in_a_file = target.declared_at.has_value();
    plan.findings.push_back(
        differs(target, *mount, in_a_file ? "the files declare" : "the driver uses"));
  } else if (sources.role == Role::executor) {
    target.export_path = path;
  }
}

// What the driver probes is the checkpoint, whatever else is mounted here. A mount at its path is
// judged against it by attach_mount.
void adopt_driver(std::vector<Target>& targets,
                  const StorageView& driver,
                  const std::string& root) {
  const std::string path = without_end_slash(driver.mount_path);
  std::erase_if(targets, [&](const Target& target) {
    return !path.empty() && target.mount_path == under(root, path);
  });
  targets.insert(targets.begin(),
                 Target{.server = driver.server,
                        .export_path = without_end_slash(driver.export_path),
                        .mount_path = path,
                        .checkpoint = true});
}

Unlooked nothing_to_probe(const TargetSources& sources) {
  std::string places = "probes.storage.targets";
  if (sources.declared) {
    for (const std::string& source : sources.declared->sources) places += ", " + source;
  }
  return unlooked(codes::kTargetUnknown,
                  "targets",
                  "no NFS storage found in " + places + ", " + sources.mountinfo_path +
                      (sources.role == Role::executor ? ", the driver's manifest" : ""));
}

// The checkpoint is never among those that are too many.
void keep_some(TargetPlan& plan) {
  if (plan.targets.size() <= kTargetsMax) return;
  std::stable_partition(plan.targets.begin(), plan.targets.end(), [](const Target& target) {
    return target.checkpoint;
  });
  plan.unlooked.push_back(unlooked(codes::kTargetsMany,
                                   "targets",
                                   std::to_string(plan.targets.size()) +
                                       " NFS exports are declared or mounted, of which " +
                                       std::to_string(kTargetsMax) + " are looked at"));
  plan.targets.resize(kTargetsMax);
}

}  // namespace

bool Target::mounted_whole() const {
  return mounted() && without_end_slash(mount->nfs->path) == export_path;
}

std::string Target::name() const {
  const std::string host = plain_server(server);
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + export_path;
}

TargetPlan plan_targets(const TargetSources& sources) {
  TargetPlan plan;
  const Auto<std::vector<TargetSetting>>& set = sources.settings->targets;
  if (set) {
    std::transform(set->begin(), set->end(), std::back_inserter(plan.targets), from_setting);
    choose_from_settings(plan.targets);
  } else if (sources.role != Role::executor && !sources.config_reported) {
    plan.unlooked.push_back(unlooked(
        codes::kTargetPending, "targets", "the probe `config` has not read the pod template yet"));
    return plan;
  } else {
    if (sources.declared) plan.targets = targets_of(*sources.declared);
    if (plan.targets.empty()) {
      plan.targets = targets_of(sources.mounts);
      if (sources.driver) adopt_driver(plan.targets, *sources.driver, sources.root);
    }
    choose_checkpoint(plan.targets);
  }
  keep_some(plan);
  for (Target& target : plan.targets) attach_mount(target, sources, plan);
  if (plan.targets.empty()) plan.unlooked.push_back(nothing_to_probe(sources));
  return plan;
}

}  // namespace sparkwarden::probes::storage
