// SPDX-License-Identifier: Apache-2.0
// Rules about the pod around the containers: what Spark overwrites, and volumes that a namespace
// refuses or nothing uses.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

/// Source: KubernetesConf; asked of 3.5.9 and 4.3.0. Drivers do not have those of kExecutorLabels.
constexpr std::array<std::string_view, 4> kLabels{
    "spark-app-name", "spark-app-selector", "spark-role", "spark-version"};
constexpr std::array<std::string_view, 2> kExecutorLabels{"spark-exec-id",
                                                          "spark-exec-resourceprofile-id"};

bool is_reserved(const SparkPod& built, std::string_view label) {
  const auto among = [&](const auto& all) {
    return std::find(all.begin(), all.end(), label) != all.end();
  };
  return among(kLabels) || (!built.is_driver() && among(kExecutorLabels));
}

/// The service account that settings give the pod.
const Property* account_setting(const SparkPod& built) {
  const Property* drivers =
      built.setting("spark.kubernetes.authenticate.driver.serviceAccountName");
  if (built.is_driver()) {
    // A driver that is given credentials needs no account, and is given none.
    const std::vector<AddedVolume> added = built.added();
    const bool credentials = !added.empty() && added.front().name == "kubernetes-credentials";
    return credentials ? nullptr : drivers;
  }
  const Property* own = built.setting("spark.kubernetes.authenticate.executor.serviceAccountName");
  return own != nullptr ? own : drivers;
}

/// What Spark throws at a setting of a label that is its own.
std::string reserved_words(const SparkPod& built, const std::string& label) {
  constexpr const char* kFailed = "java.lang.IllegalArgumentException: requirement failed: ";
  if (built.is_driver()) {
    return kFailed + ("Label with key " + label) +
           " is not allowed as it is reserved for Spark bookkeeping operations.";
  }
  return kFailed + ("Custom executor labels cannot contain " + label) +
         " as it is reserved for Spark.";
}

std::set<std::string_view> mounted_volumes(const PodTemplate& pod) {
  std::set<std::string_view> names;
  for (const auto* list : {&pod.init_containers, &pod.containers}) {
    for (const TemplateContainer& container : *list) {
      for (const TemplateMount& mount : container.mounts) names.insert(mount.volume.text);
    }
  }
  return names;
}

bool refused_when_restricted(std::string_view kind) {
  return kind == "nfs" || kind == "hostPath";
}

}  // namespace

std::vector<Finding> pod_restart_policy(const SparkPod& built) {
  const PodTemplate* pod = built.pod();
  if (pod == nullptr) return {};
  const Text& policy = pod->restart_policy;
  if (policy.text.empty() || policy.text == "Never") return {};
  const Property* allocator = built.setting("spark.kubernetes.allocation.pods.allocator");
  const bool direct = allocator == nullptr || allocator->value.text == "direct";
  if (!direct && !built.is_driver()) return {};
  return {found_in_template(kPodRestartPolicy,
                            built,
                            policy,
                            "restartPolicy " + shown_text(policy.text) + " becomes Never")};
}

std::vector<Finding> reserved_labels(const SparkPod& built) {
  std::vector<Finding> findings;
  if (const PodTemplate* pod = built.pod()) {
    for (const TemplateEntry& label : pod->labels) {
      if (!is_reserved(built, label.name.text)) continue;
      findings.push_back(found_in_template(
          kLabelOverwritten, built, label.name, "Spark sets the label " + label.name.text));
    }
  }
  if (!built.deployment().defaults) return findings;
  const std::string_view labels = built.names().labels;
  for (const Property& property : built.deployment().defaults->content.entries) {
    const std::string_view key = property.key.text;
    if (!key.starts_with(labels) || !is_reserved(built, key.substr(labels.size()))) continue;
    const std::string label(key.substr(labels.size()));
    Finding finding = found_at(kLabelReserved,
                               built.settings_path(),
                               property.key.at,
                               shown_text(key),
                               "the label " + label + " is Spark's own");
    finding.effect = reserved_words(built, label);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> service_account(const SparkPod& built) {
  const PodTemplate* pod = built.pod();
  const Property* setting = account_setting(built);
  if (pod == nullptr || setting == nullptr) return {};
  const Text& account = pod->service_account_name;
  // The deprecated field wins over the settings, in executors.
  const bool deprecated = !built.is_driver() && !pod->service_account.text.empty();
  if (account.text.empty() || deprecated) return {};
  if (account.text == setting->value.text) return {};
  Finding finding = found_in_template(kServiceAccount,
                                      built,
                                      account,
                                      "serviceAccountName " + shown_text(account.text) +
                                          " is replaced by " + shown_text(setting->value.text));
  finding.related.push_back(span_of(built.deployment(), *setting, "this one counts"));
  return {std::move(finding)};
}

std::vector<Finding> restricted_volumes(const SparkPod& built) {
  // Without the namespace's level in sight, an inline NFS volume is as good as any.
  if (built.deployment().pod_security != "restricted") return {};
  std::vector<Finding> findings;
  const auto judge_one = [&](const std::string& path, const Text& name, const std::string& kind) {
    if (!refused_when_restricted(kind)) return;
    findings.push_back(found_at(kVolumeRestricted,
                                path,
                                name.at,
                                shown_text(name.text),
                                "volume " + quoted(name.text) + " is of kind " + kind));
  };
  if (const PodTemplate* pod = built.pod()) {
    for (const TemplateVolume& volume : pod->volumes) {
      judge_one(built.template_path(), volume.name, volume.kind);
    }
  }
  for (const NativeVolume& volume : built.native()) {
    judge_one(built.settings_path(), {volume.name, volume.first_key.at}, volume.type);
  }
  return findings;
}

std::vector<Finding> unused_volumes(const SparkPod& built) {
  const PodTemplate* pod = built.pod();
  if (pod == nullptr) return {};
  const std::set<std::string_view> mounted = mounted_volumes(*pod);
  std::vector<Finding> findings;
  for (const TemplateVolume& volume : pod->volumes) {
    if (volume.name.text.empty() || mounted.contains(volume.name.text)) continue;
    findings.push_back(found_in_template(
        kVolumeUnused,
        built,
        volume.name,
        "no container of the template mounts volume " + quoted(volume.name.text)));
  }
  return findings;
}

}  // namespace sparkwarden::probes::config
