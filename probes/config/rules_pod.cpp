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

/// Source: KubernetesExecutorConf; asked of 3.5.9 and 4.3.0.
constexpr std::array<std::string_view, 6> kReserved{"spark-app-name",
                                                    "spark-app-selector",
                                                    "spark-exec-id",
                                                    "spark-exec-resourceprofile-id",
                                                    "spark-role",
                                                    "spark-version"};

bool is_reserved(std::string_view label) {
  return std::find(kReserved.begin(), kReserved.end(), label) != kReserved.end();
}

/// The service account that settings give executors.
const Property* account_setting(const Deployment& deployment) {
  for (const std::string_view key : {"spark.kubernetes.authenticate.executor.serviceAccountName",
                                     "spark.kubernetes.authenticate.driver.serviceAccountName"}) {
    if (const Property* property = deployment.setting(key)) return property;
  }
  return nullptr;
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

std::vector<Finding> pod_restart_policy(const Deployment& deployment) {
  const PodTemplate* pod = deployment.pod();
  if (pod == nullptr) return {};
  const Text& policy = pod->restart_policy;
  if (policy.text.empty() || policy.text == "Never") return {};
  const Property* allocator = deployment.setting("spark.kubernetes.allocation.pods.allocator");
  if (allocator != nullptr && allocator->value.text != "direct") return {};
  return {found_in_template(kPodRestartPolicy,
                            deployment,
                            policy,
                            "restartPolicy " + shown_text(policy.text) + " becomes Never")};
}

std::vector<Finding> reserved_labels(const Deployment& deployment) {
  std::vector<Finding> findings;
  if (const PodTemplate* pod = deployment.pod()) {
    for (const TemplateEntry& label : pod->labels) {
      if (!is_reserved(label.name.text)) continue;
      findings.push_back(found_in_template(
          kLabelOverwritten, deployment, label.name, "Spark sets the label " + label.name.text));
    }
  }
  if (!deployment.defaults) return findings;
  constexpr std::string_view kLabels = "spark.kubernetes.executor.label.";
  for (const Property& property : deployment.defaults->content.entries) {
    const std::string_view key = property.key.text;
    if (!key.starts_with(kLabels) || !is_reserved(key.substr(kLabels.size()))) continue;
    const std::string label(key.substr(kLabels.size()));
    Finding finding = found_at(kLabelReserved,
                               deployment.defaults->path,
                               property.key.at,
                               shown_text(key),
                               "the label " + label + " is Spark's own");
    finding.effect =
        "java.lang.IllegalArgumentException: requirement failed: Custom executor labels cannot "
        "contain " +
        label + " as it is reserved for Spark.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> service_account(const Deployment& deployment) {
  const PodTemplate* pod = deployment.pod();
  const Property* setting = account_setting(deployment);
  if (pod == nullptr || setting == nullptr) return {};
  const Text& account = pod->service_account_name;
  // The deprecated field wins over the settings.
  if (account.text.empty() || !pod->service_account.text.empty()) return {};
  if (account.text == setting->value.text) return {};
  Finding finding = found_in_template(kServiceAccount,
                                      deployment,
                                      account,
                                      "serviceAccountName " + shown_text(account.text) +
                                          " is replaced by " + shown_text(setting->value.text));
  finding.related.push_back(span_of(deployment, *setting, "this one counts"));
  return {std::move(finding)};
}

std::vector<Finding> restricted_volumes(const Deployment& deployment) {
  // Without the namespace's level in sight, an inline NFS volume is as good as any.
  if (deployment.pod_security != "restricted") return {};
  std::vector<Finding> findings;
  const auto judge_one = [&](const std::string& path, const Text& name, const std::string& kind) {
    if (!refused_when_restricted(kind)) return;
    findings.push_back(found_at(kVolumeRestricted,
                                path,
                                name.at,
                                shown_text(name.text),
                                "volume " + quoted(name.text) + " is of kind " + kind));
  };
  if (const PodTemplate* pod = deployment.pod()) {
    for (const TemplateVolume& volume : pod->volumes) {
      judge_one(deployment.pod_template->path, volume.name, volume.kind);
    }
  }
  for (const NativeVolume& volume : deployment.native()) {
    judge_one(deployment.defaults->path, {volume.name, volume.first_key.at}, volume.type);
  }
  return findings;
}

std::vector<Finding> unused_volumes(const Deployment& deployment) {
  const PodTemplate* pod = deployment.pod();
  if (pod == nullptr) return {};
  const std::set<std::string_view> mounted = mounted_volumes(*pod);
  std::vector<Finding> findings;
  for (const TemplateVolume& volume : pod->volumes) {
    if (volume.name.text.empty() || mounted.contains(volume.name.text)) continue;
    findings.push_back(found_in_template(
        kVolumeUnused,
        deployment,
        volume.name,
        "no container of the template mounts volume " + quoted(volume.name.text)));
  }
  return findings;
}

}  // namespace sparkwarden::probes::config
