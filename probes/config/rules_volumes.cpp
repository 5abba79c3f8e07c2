// SPDX-License-Identifier: Apache-2.0
// Rules about the volumes of a pod: names that meet, and mounts that name none.
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

/// A prefix of keys, as people speak of it.
std::string without_dot(std::string_view prefix) {
  return std::string(prefix.substr(0, prefix.size() - 1));
}

std::vector<Claim> claimed_names(const SparkPod& built) {
  std::vector<Claim> claims;
  if (const PodTemplate* pod = built.pod()) {
    for (std::size_t i = 0; i < pod->volumes.size(); ++i) {
      const Text& name = pod->volumes[i].name;
      if (name.text.empty()) continue;
      claims.push_back({.text = name.text,
                        .by = "the template",
                        .location = locate(built.template_path(), name.at),
                        .api_path = "spec.volumes[" + std::to_string(i) + "].name"});
    }
  }
  if (built.ships_conf()) {
    claims.push_back({.owner = Owner::spark,
                      .text = std::string(built.names().conf_volume),
                      .by = "Spark itself"});
  }
  for (const AddedVolume& volume : built.added()) {
    claims.push_back({.owner = Owner::added,
                      .text = std::string(volume.name),
                      .by = std::string(volume.what),
                      .location = locate(built.settings_path(), volume.at)});
  }
  // Spark numbers its scratch volumes from 1, and does not look whether the template has that name.
  const std::size_t scratch =
      built.brings_scratch() ? 0 : std::max<std::size_t>(1, built.scratch_directories().size());
  for (std::size_t i = 1; i <= scratch; ++i) {
    claims.push_back({.owner = Owner::spark,
                      .text = std::string(kScratchVolume) + std::to_string(i),
                      .by = "Spark itself"});
  }
  for (const Property& secret : built.secrets()) {
    claims.push_back({.owner = Owner::secret,
                      .text = secret.key.text + "-volume",
                      .by = without_dot(built.names().secrets),
                      .location = locate(built.settings_path(), secret.key.at)});
  }
  for (const NativeVolume& volume : built.native()) {
    claims.push_back({.owner = Owner::native,
                      .text = volume.name,
                      .by = std::string(built.names().volumes) + shown_text(volume.type),
                      .location = locate(built.settings_path(), volume.first_key.at)});
  }
  return claims;
}

Finding name_clash(const SparkPod& built, const Claim& earlier, const Claim& later) {
  const bool both_native = earlier.owner == Owner::native && later.owner == Owner::native;
  const bool swap = later.owner == Owner::spark || later.owner == Owner::added;
  const Claim& subject = swap ? earlier : later;
  const Claim& other = swap ? later : earlier;
  Finding finding = found(
      both_native ? kNativeVolumeName : kVolumeNameDuplicate,
      shown_text(later.text),
      "a second volume " + quoted(later.text) + "; " + other.by + " has one of that name already");
  finding.location = subject.location;
  if (other.owner != Owner::spark) finding.related.push_back({other.location, "the first one"});
  const std::string where = later.api_path.empty() ? "spec.volumes[k].name" : later.api_path;
  finding.effect = built.refused(where, "Duplicate value: " + quoted(later.text));
  return finding;
}

/// The volumes that the pod will or may have.
/// Source: Spark's Constants.scala and features/*FeatureStep.scala.
std::set<std::string> volumes_of(const SparkPod& built) {
  std::set<std::string> names{"spark-conf-volume-driver",
                              "pod-template-volume",
                              "hadoop-properties",
                              "krb5-file",
                              "kerberos-keytab",
                              "hadoop-secret"};
  if (built.is_driver()) names.emplace("kubernetes-credentials");
  if (built.ships_conf()) names.emplace(built.names().conf_volume);
  for (const TemplateVolume& volume : built.pod()->volumes) names.insert(volume.name.text);
  for (NativeVolume& volume : built.native()) names.insert(std::move(volume.name));
  for (const Property& secret : built.secrets()) names.insert(secret.key.text + "-volume");
  return names;
}

std::vector<Finding> unknown_volumes(const SparkPod& built,
                                     const std::set<std::string>& volumes,
                                     const TemplateContainer& container,
                                     const std::string& api_name) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < container.mounts.size(); ++i) {
    const Text& name = container.mounts[i].volume;
    const bool scratch = name.text.starts_with(kScratchVolume);
    if (name.text.empty() || scratch || volumes.contains(name.text)) continue;
    Finding finding = found(kMountUnknownVolume,
                            shown_text(name.text),
                            "no volume of the pod is called " + quoted(name.text));
    finding.location = locate(built.template_path(), name.at);
    finding.effect = built.refused(api_name + ".volumeMounts[" + std::to_string(i) + "].name",
                                   "Not found: " + quoted(name.text));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Finding> native_volumes_beside_template(const Deployment& deployment) {
  // Of a driver that works nothing is said: where two meet, spark-submit tells at once.
  const std::vector<NativeVolume> native = SparkPod(deployment, Side::executor).native();
  const Property* file = deployment.setting(kTemplateFileKey);
  if (native.empty() || file == nullptr) return {};
  Finding finding = found(kNativeVolumes,
                          "spark.kubernetes.executor.volumes",
                          std::to_string(native.size()) +
                              " volume(s) by spark.kubernetes.executor.volumes.* beside a pod "
                              "template, the first one " +
                              quoted(native.front().name));
  finding.location = locate(deployment.defaults->path, native.front().first_key.at);
  finding.related.push_back(
      {locate(deployment.defaults->path, file->key.at), "the pod template is set here"});
  return {std::move(finding)};
}

std::vector<Finding> volume_names(const SparkPod& built) {
  const std::vector<Claim> claims = claimed_names(built);
  std::map<std::string_view, const Claim*> taken;
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    const auto [first, fresh] = taken.try_emplace(claim.text, &claim);
    if (!fresh) findings.push_back(name_clash(built, *first->second, claim));
  }
  return findings;
}

std::vector<Finding> mounts_without_volume(const SparkPod& built) {
  // A feature step of the user's own may add any volume.
  const bool custom = built.setting(built.names().feature_steps) != nullptr;
  if (built.pod() == nullptr || custom) return {};
  const PodTemplate& pod = *built.pod();
  const std::set<std::string> volumes = volumes_of(built);
  Judgement all;
  for (std::size_t i = 0; i < pod.containers.size(); ++i) {
    all.add(unknown_volumes(built, volumes, pod.containers[i], built.api_container(i)));
  }
  for (std::size_t i = 0; i < pod.init_containers.size(); ++i) {
    const std::string name = "spec.initContainers[" + std::to_string(i) + "]";
    all.add(unknown_volumes(built, volumes, pod.init_containers[i], name));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
