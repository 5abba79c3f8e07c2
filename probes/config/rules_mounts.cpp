// SPDX-License-Identifier: Apache-2.0
// Rules about mount paths of a pod: the "must be unique" family.
#include <map>
#include <string>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kConfDir = "/opt/spark/conf";

std::vector<Claim> template_mounts(const SparkPod& built,
                                   const TemplateContainer& container,
                                   const std::string& api_name) {
  std::vector<Claim> claims;
  for (std::size_t i = 0; i < container.mounts.size(); ++i) {
    const TemplateMount& mount = container.mounts[i];
    if (mount.path.text.empty()) continue;
    claims.push_back({.text = mount.path.text,
                      .by = "volume " + quoted(mount.volume.text),
                      .location = locate(built.template_path(), mount.path.at),
                      .api_path = api_name + ".volumeMounts[" + std::to_string(i) + "].mountPath"});
  }
  return claims;
}

/// What Spark itself mounts into its container: its ConfigMap, the native volumes, secrets, what
/// settings ask for and scratch space.
std::vector<Claim> added_mounts(const SparkPod& built) {
  std::vector<Claim> claims;
  if (built.ships_conf()) {
    claims.push_back(
        {.owner = Owner::spark, .text = std::string(kConfDir), .by = "Spark's own ConfigMap"});
  }
  for (const NativeVolume& volume : built.native()) {
    if (volume.mount_path.text.empty()) continue;
    claims.push_back({.owner = Owner::native,
                      .text = volume.mount_path.text,
                      .by = "volume " + quoted(volume.name),
                      .location = locate(built.settings_path(), volume.mount_path.at)});
  }
  const auto add = [&](Owner owner, const Text& path, std::string by) {
    claims.push_back({.owner = owner,
                      .text = path.text,
                      .by = std::move(by),
                      .location = locate(built.settings_path(), path.at)});
  };
  for (const Property& secret : built.secrets()) {
    add(Owner::secret, secret.value, "the Secret " + quoted(secret.key.text));
  }
  for (const AddedVolume& volume : built.added()) {
    add(Owner::added, {std::string(volume.path), volume.at}, std::string(volume.what));
  }
  if (built.brings_scratch()) return claims;
  for (const Text& directory : built.scratch_directories()) {
    add(Owner::scratch, directory, "Spark's scratch volume");
  }
  return claims;
}

/// What happens to two claims on one directory.
std::string effect_of(const SparkPod& built, const Claim& first, const Claim& second) {
  const std::string path = quoted(second.text);
  const bool both_native = first.owner == Owner::native && second.owner == Owner::native;
  if (first.text != second.text) {
    return "the two paths are spelled differently, so nothing is refused, but they are one "
           "directory: one volume hides the other";
  }
  if (both_native) {
    return "java.lang.IllegalArgumentException: requirement failed: Found duplicated mountPath: '" +
           shown_text(second.text) + "'; " +
           (built.is_driver() ? "spark-submit ends with it" : "the driver exits with 1");
  }
  const bool known = first.owner == Owner::pod_template && second.owner == Owner::pod_template;
  const std::string where =
      known ? second.api_path : "spec.containers[i].volumeMounts[j].mountPath";
  return built.refused(where, "Invalid value: " + path + ": must be unique");
}

const Code& row_of(const Claim& first, const Claim& second) {
  if (first.owner == Owner::spark || second.owner == Owner::spark) return kMountPathConfDir;
  if (first.owner == Owner::native && second.owner == Owner::native) return kNativeMountPath;
  return kMountPathDuplicate;
}

/// The place to mend comes first: the later of two equals, the user's line rather than Spark's own,
/// and the template's line where spark-defaults.conf is the other.
Finding path_clash(const SparkPod& built, const Claim& earlier, const Claim& later) {
  const bool swap = earlier.owner != Owner::spark && later.owner != earlier.owner;
  const Claim& subject = swap ? earlier : later;
  const Claim& other = swap ? later : earlier;
  Finding finding = found(row_of(earlier, later),
                          shown_text(subject.text),
                          subject.by + " is mounted at " + shown_text(subject.text) + ", where " +
                              other.by + " is mounted already");
  finding.location = subject.location;
  if (other.owner != Owner::spark) {
    finding.related.push_back({other.location, other.by + " is mounted here"});
  }
  finding.effect = effect_of(built, earlier, later);
  return finding;
}

std::vector<Finding> path_clashes(const SparkPod& built, const std::vector<Claim>& claims) {
  std::map<std::string, const Claim*> taken;
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    const auto [first, fresh] = taken.try_emplace(canonical(claim.text), &claim);
    if (!fresh) findings.push_back(path_clash(built, *first->second, claim));
  }
  return findings;
}

std::vector<Finding> path_clashes_beside_spark(const SparkPod& built) {
  const PodTemplate& pod = *built.pod();
  const bool has_spark = built.spark() != nullptr;
  Judgement all;
  for (std::size_t i = 0; i < pod.containers.size(); ++i) {
    if (has_spark && i == built.spark_index()) continue;
    all.add(path_clashes(built, template_mounts(built, pod.containers[i], built.api_container(i))));
  }
  for (std::size_t i = 0; i < pod.init_containers.size(); ++i) {
    const std::string name = "spec.initContainers[" + std::to_string(i) + "]";
    all.add(path_clashes(built, template_mounts(built, pod.init_containers[i], name)));
  }
  return std::move(all.findings);
}

}  // namespace

std::vector<Finding> mount_paths(const SparkPod& built) {
  std::vector<Claim> claims;
  if (const TemplateContainer* spark = built.spark()) {
    claims = template_mounts(built, *spark, built.api_container(built.spark_index()));
  }
  for (Claim& claim : added_mounts(built)) claims.push_back(std::move(claim));
  Judgement all;
  all.add(path_clashes(built, claims));
  if (built.pod() != nullptr) all.add(path_clashes_beside_spark(built));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
