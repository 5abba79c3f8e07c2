// SPDX-License-Identifier: Apache-2.0
// Rules about volumes and mounts of the executor pod: the "must be unique" family.
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kConfDir = "/opt/spark/conf";
constexpr std::string_view kConfVolume = "spark-conf-volume-exec";
constexpr std::string_view kScratchVolume = "spark-local-dir-";
constexpr std::string_view kHadoopDir = "/opt/hadoop/conf";
constexpr std::string_view kHadoopMapKey = "spark.kubernetes.executor.hadoopConfigMapName";

/// Who wants something of the pod: a path of a container, or a name among the volumes.
enum class Owner { pod_template, native, secret, hadoop, scratch, spark };

struct Claim {
  Owner owner = Owner::pod_template;
  std::string text = {};  // the path or name, as written
  std::string by = {};    // for people: volume "x"
  Location location = {};
  std::string api_path = {};  // how the API server names the entry; empty where it cannot be known
};

std::string api_words(const std::string& api_path, const std::string& problem) {
  // Both seen: docs/decisions/0016.
  return "executors never start: the API server refuses their pods with \"" + api_path + ": " +
         problem +
         "\"; the driver logs \"Exception when notifying snapshot subscriber.\" again and again "
         "(up to "
         "Spark 4.1), or \"Failed to create executor pod\" until it ends with exit code 11 (since "
         "4.2)";
}

bool ships_conf(const Deployment& deployment) {
  return !deployment.is_true(kDisableConfigMapKey);
}

/// How the API server will name container `index`: Spark's own is moved to the end.
std::string api_container(const PodTemplate& pod, std::size_t index, std::size_t spark) {
  const std::size_t place =
      index == spark ? pod.containers.size() - 1 : index - (index > spark ? 1U : 0U);
  return "spec.containers[" + std::to_string(place) + "]";
}

std::size_t spark_index(const Deployment& deployment) {
  return static_cast<std::size_t>(deployment.spark() - deployment.pod()->containers.data());
}

std::vector<Claim> template_mounts(const Deployment& deployment,
                                   const TemplateContainer& container,
                                   const std::string& api_name) {
  std::vector<Claim> claims;
  for (std::size_t i = 0; i < container.mounts.size(); ++i) {
    const TemplateMount& mount = container.mounts[i];
    if (mount.path.text.empty()) continue;
    claims.push_back({.text = mount.path.text,
                      .by = "volume " + quoted(mount.volume.text),
                      .location = locate(deployment.pod_template->path, mount.path.at),
                      .api_path = api_name + ".volumeMounts[" + std::to_string(i) + "].mountPath"});
  }
  return claims;
}

/// The directories of spark.local.dir, at each of which Spark mounts a scratch volume; none where a
/// volume that is named like those stands in for them.
std::vector<Text> scratch_directories(const Deployment& deployment) {
  const Property* setting = deployment.setting("spark.local.dir");
  if (setting == nullptr || has_variable(setting->value.text)) return {};
  std::vector<Text> directories;
  for (std::string_view rest = setting->value.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    directories.push_back({std::string(rest.substr(0, end)), setting->value.at});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return directories;
}

bool brings_scratch(const Deployment& deployment) {
  const auto scratch = [](std::string_view name) { return name.starts_with(kScratchVolume); };
  const TemplateContainer* spark = deployment.spark();
  const std::vector<NativeVolume> native = deployment.native();
  return std::any_of(native.begin(),
                     native.end(),
                     [&](const NativeVolume& volume) { return scratch(volume.name); }) ||
         (spark != nullptr &&
          std::any_of(spark->mounts.begin(), spark->mounts.end(), [&](const TemplateMount& mount) {
            return scratch(mount.volume.text);
          }));
}

/// spark.kubernetes.executor.secrets.NAME: the name, and where it is mounted.
std::vector<Property> secrets_of(const Deployment& deployment) {
  std::vector<Property> secrets;
  if (!deployment.defaults) return secrets;
  constexpr std::string_view kSecrets = "spark.kubernetes.executor.secrets.";
  for (const Property& property : deployment.defaults->content.entries) {
    const std::string& key = property.key.text;
    if (!key.starts_with(kSecrets) || deployment.setting(key) != &property) continue;
    secrets.push_back({{key.substr(kSecrets.size()), property.key.at}, property.value});
  }
  return secrets;
}

/// What Spark itself mounts into its container: its ConfigMap, the native volumes, secrets,
/// Hadoop's ConfigMap and scratch space.
std::vector<Claim> added_mounts(const Deployment& deployment) {
  std::vector<Claim> claims;
  if (ships_conf(deployment)) {
    claims.push_back(
        {.owner = Owner::spark, .text = std::string(kConfDir), .by = "Spark's own ConfigMap"});
  }
  for (const NativeVolume& volume : deployment.native()) {
    if (volume.mount_path.text.empty()) continue;
    claims.push_back({.owner = Owner::native,
                      .text = volume.mount_path.text,
                      .by = "volume " + quoted(volume.name),
                      .location = locate(deployment.defaults->path, volume.mount_path.at)});
  }
  const auto add = [&](Owner owner, const Text& path, std::string by) {
    claims.push_back({.owner = owner,
                      .text = path.text,
                      .by = std::move(by),
                      .location = locate(deployment.defaults->path, path.at)});
  };
  for (const Property& secret : secrets_of(deployment)) {
    add(Owner::secret, secret.value, "the Secret " + quoted(secret.key.text));
  }
  if (const Property* map = deployment.setting(kHadoopMapKey)) {
    add(Owner::hadoop, {std::string(kHadoopDir), map->key.at}, "Spark's copy of the Hadoop files");
  }
  if (brings_scratch(deployment)) return claims;
  for (const Text& directory : scratch_directories(deployment)) {
    add(Owner::scratch, directory, "Spark's scratch volume");
  }
  return claims;
}

/// What happens to two claims on one directory.
std::string effect_of(const Claim& first, const Claim& second) {
  const std::string path = quoted(second.text);
  const bool both_native = first.owner == Owner::native && second.owner == Owner::native;
  if (first.text != second.text) {
    return "the two paths are spelled differently, so nothing is refused, but they are one "
           "directory: one volume hides the other";
  }
  if (both_native) {
    return "java.lang.IllegalArgumentException: requirement failed: Found duplicated mountPath: '" +
           shown_text(second.text) + "'; the driver exits with 1";
  }
  const bool known = first.owner == Owner::pod_template && second.owner == Owner::pod_template;
  const std::string where =
      known ? second.api_path : "spec.containers[i].volumeMounts[j].mountPath";
  return api_words(where, "Invalid value: " + path + ": must be unique");
}

const Code& row_of(const Claim& first, const Claim& second) {
  if (first.owner == Owner::spark || second.owner == Owner::spark) return kMountPathConfDir;
  if (first.owner == Owner::native && second.owner == Owner::native) return kNativeMountPath;
  return kMountPathDuplicate;
}

/// The place to mend comes first: the later of two equals, the user's line rather than Spark's own,
/// and the template's line where spark-defaults.conf is the other.
Finding path_clash(const Claim& earlier, const Claim& later) {
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
  finding.effect = effect_of(earlier, later);
  return finding;
}

std::vector<Finding> path_clashes(const std::vector<Claim>& claims) {
  std::map<std::string, const Claim*> taken;
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    const auto [first, fresh] = taken.try_emplace(canonical(claim.text), &claim);
    if (!fresh) findings.push_back(path_clash(*first->second, claim));
  }
  return findings;
}

std::vector<Finding> path_clashes_beside_spark(const Deployment& deployment) {
  const PodTemplate& pod = *deployment.pod();
  const bool has_spark = deployment.spark() != nullptr;
  Judgement all;
  for (std::size_t i = 0; i < pod.containers.size(); ++i) {
    if (has_spark && i == spark_index(deployment)) continue;
    all.add(path_clashes(template_mounts(
        deployment, pod.containers[i], api_container(pod, i, spark_index(deployment)))));
  }
  for (std::size_t i = 0; i < pod.init_containers.size(); ++i) {
    const std::string name = "spec.initContainers[" + std::to_string(i) + "]";
    all.add(path_clashes(template_mounts(deployment, pod.init_containers[i], name)));
  }
  return std::move(all.findings);
}

// --- volume names ---

std::vector<Claim> claimed_names(const Deployment& deployment) {
  std::vector<Claim> claims;
  if (const PodTemplate* pod = deployment.pod()) {
    for (std::size_t i = 0; i < pod->volumes.size(); ++i) {
      const Text& name = pod->volumes[i].name;
      if (name.text.empty()) continue;
      claims.push_back({.text = name.text,
                        .by = "the template",
                        .location = locate(deployment.pod_template->path, name.at),
                        .api_path = "spec.volumes[" + std::to_string(i) + "].name"});
    }
  }
  if (ships_conf(deployment)) {
    claims.push_back(
        {.owner = Owner::spark, .text = std::string(kConfVolume), .by = "Spark itself"});
  }
  // Spark numbers its scratch volumes from 1, and does not look whether the template has that name.
  const std::size_t scratch =
      brings_scratch(deployment) ? 0
                                 : std::max<std::size_t>(1, scratch_directories(deployment).size());
  for (std::size_t i = 1; i <= scratch; ++i) {
    claims.push_back({.owner = Owner::spark,
                      .text = std::string(kScratchVolume) + std::to_string(i),
                      .by = "Spark itself"});
  }
  for (const Property& secret : secrets_of(deployment)) {
    claims.push_back({.owner = Owner::secret,
                      .text = secret.key.text + "-volume",
                      .by = "spark.kubernetes.executor.secrets",
                      .location = locate(deployment.defaults->path, secret.key.at)});
  }
  for (const NativeVolume& volume : deployment.native()) {
    claims.push_back({.owner = Owner::native,
                      .text = volume.name,
                      .by = "spark.kubernetes.executor.volumes." + shown_text(volume.type),
                      .location = locate(deployment.defaults->path, volume.first_key.at)});
  }
  return claims;
}

Finding name_clash(const Claim& earlier, const Claim& later) {
  const bool both_native = earlier.owner == Owner::native && later.owner == Owner::native;
  const bool swap = later.owner == Owner::spark;
  const Claim& subject = swap ? earlier : later;
  const Claim& other = swap ? later : earlier;
  Finding finding = found(
      both_native ? kNativeVolumeName : kVolumeNameDuplicate,
      shown_text(later.text),
      "a second volume " + quoted(later.text) + "; " + other.by + " has one of that name already");
  finding.location = subject.location;
  if (other.owner != Owner::spark) finding.related.push_back({other.location, "the first one"});
  const std::string where = later.api_path.empty() ? "spec.volumes[k].name" : later.api_path;
  finding.effect = api_words(where, "Duplicate value: " + quoted(later.text));
  return finding;
}

// --- mounts that name no volume ---

/// The volumes that the executor pod will or may have.
/// Source: Spark's Constants.scala and features/*FeatureStep.scala.
std::set<std::string> volumes_of(const Deployment& deployment) {
  std::set<std::string> names{"spark-conf-volume-driver",
                              "pod-template-volume",
                              "hadoop-properties",
                              "krb5-file",
                              "kerberos-keytab",
                              "hadoop-secret"};
  if (ships_conf(deployment)) names.emplace(kConfVolume);
  for (const TemplateVolume& volume : deployment.pod()->volumes) names.insert(volume.name.text);
  for (NativeVolume& volume : deployment.native()) names.insert(std::move(volume.name));
  for (const Property& secret : secrets_of(deployment)) names.insert(secret.key.text + "-volume");
  return names;
}

std::vector<Finding> unknown_volumes(const Deployment& deployment,
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
    finding.location = locate(deployment.pod_template->path, name.at);
    finding.effect = api_words(api_name + ".volumeMounts[" + std::to_string(i) + "].name",
                               "Not found: " + quoted(name.text));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Finding> native_volumes_beside_template(const Deployment& deployment) {
  const std::vector<NativeVolume> native = deployment.native();
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

std::vector<Finding> container_name(const Deployment& deployment) {
  const Property* wanted = deployment.setting(kContainerNameKey);
  const PodTemplate* pod = deployment.pod();
  if (wanted == nullptr || pod == nullptr || has_one_container(*pod, wanted->value.text)) return {};
  const std::string name = shown_text(wanted->value.text);
  Finding finding = found(
      kContainerName, name, "not exactly one container of the template is called \"" + name + "\"");
  finding.location = locate(deployment.defaults->path, wanted->value.at);
  finding.related.push_back({{deployment.pod_template->path}, "the template"});
  finding.effect = "WARN KubernetesUtils: specified container " + name +
                   " not found on pod template, falling back to taking the first container";
  return {std::move(finding)};
}

std::vector<Finding> mount_paths(const Deployment& deployment) {
  std::vector<Claim> claims;
  if (const TemplateContainer* spark = deployment.spark()) {
    const PodTemplate& pod = *deployment.pod();
    const std::size_t index = spark_index(deployment);
    claims = template_mounts(deployment, *spark, api_container(pod, index, index));
  }
  for (Claim& claim : added_mounts(deployment)) claims.push_back(std::move(claim));
  Judgement all;
  all.add(path_clashes(claims));
  if (deployment.pod() != nullptr) all.add(path_clashes_beside_spark(deployment));
  return std::move(all.findings);
}

std::vector<Finding> volume_names(const Deployment& deployment) {
  const std::vector<Claim> claims = claimed_names(deployment);
  std::map<std::string_view, const Claim*> taken;
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    const auto [first, fresh] = taken.try_emplace(claim.text, &claim);
    if (!fresh) findings.push_back(name_clash(*first->second, claim));
  }
  return findings;
}

std::vector<Finding> mounts_without_volume(const Deployment& deployment) {
  // A feature step of the user's own may add any volume.
  const bool custom = deployment.setting("spark.kubernetes.executor.pod.featureSteps") != nullptr;
  if (deployment.pod() == nullptr || custom) return {};
  const PodTemplate& pod = *deployment.pod();
  const std::set<std::string> volumes = volumes_of(deployment);
  Judgement all;
  for (std::size_t i = 0; i < pod.containers.size(); ++i) {
    all.add(unknown_volumes(
        deployment, volumes, pod.containers[i], api_container(pod, i, spark_index(deployment))));
  }
  for (std::size_t i = 0; i < pod.init_containers.size(); ++i) {
    const std::string name = "spec.initContainers[" + std::to_string(i) + "]";
    all.add(unknown_volumes(deployment, volumes, pod.init_containers[i], name));
  }
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
