// SPDX-License-Identifier: Apache-2.0
// Rules about the containers of a template: what Spark replaces, what it appends to,
// and what it then no longer sees. Source: docs/decisions/0010 and 0012.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "probes/config/codes.hpp"
#include "probes/config/found_at.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::string_view kOwnName = "spark-kubernetes-executor";

/// What Spark sets in its own container, behind whatever the template has. Seen on 3.5.9 and 4.3.0.
constexpr std::array<std::string_view, 10> kExecutorVariables{"SPARK_APPLICATION_ID",
                                                              "SPARK_CONF_DIR",
                                                              "SPARK_DRIVER_URL",
                                                              "SPARK_EXECUTOR_CORES",
                                                              "SPARK_EXECUTOR_ID",
                                                              "SPARK_EXECUTOR_MEMORY",
                                                              "SPARK_EXECUTOR_POD_IP",
                                                              "SPARK_EXECUTOR_POD_NAME",
                                                              "SPARK_LOCAL_DIRS",
                                                              "SPARK_RESOURCE_PROFILE_ID"};
constexpr std::array<std::string_view, 5> kDriverVariables{"SPARK_APPLICATION_ID",
                                                           "SPARK_CONF_DIR",
                                                           "SPARK_DRIVER_BIND_ADDRESS",
                                                           "SPARK_LOCAL_DIRS",
                                                           "SPARK_USER"};

/// Whether Spark itself sets `variable`.
bool is_sparks_own(const SparkPod& built, std::string_view variable) {
  if (variable == "SPARK_CONF_DIR") return built.ships_conf();
  const auto among = [&](const auto& all) {
    return std::find(all.begin(), all.end(), variable) != all.end();
  };
  return built.is_driver() ? among(kDriverVariables) : among(kExecutorVariables);
}

std::vector<Finding> doubled(const SparkPod& built, const TemplateContainer& container) {
  std::map<std::string_view, const TemplateEntry*> seen;
  std::vector<Finding> findings;
  for (const TemplateEntry& entry : container.env) {
    if (entry.name.text.empty()) continue;
    const auto [first, fresh] = seen.try_emplace(entry.name.text, &entry);
    if (fresh) continue;
    Finding finding = found_in_template(
        kEnvDuplicate,
        built,
        entry.name,
        "a second variable " + quoted(entry.name.text) + " in one container; the last one counts");
    finding.related.push_back(
        {locate(built.template_path(), first->second->name.at), "the first one"});
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> overridden(const SparkPod& built, const TemplateContainer& spark) {
  std::vector<Finding> findings;
  for (const TemplateEntry& entry : spark.env) {
    const std::string& name = entry.name.text;
    if (name.empty()) continue;
    const bool own = is_sparks_own(built, name);
    const std::string key = std::string(built.names().environment) + name;
    const Property* setting = built.setting(key);
    if (!own && (setting == nullptr || setting->value.text == entry.value.text)) continue;
    Finding finding =
        found_in_template(kEnvOverridden,
                          built,
                          entry.name,
                          name + " of the Spark container is set again by " +
                              (own ? "Spark itself" : shown_text(key)) + ", behind this");
    if (!own) {
      finding.related.push_back(
          {locate(built.settings_path(), setting->key.at), "this one counts"});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

bool is_entrypoint(std::string_view word) {
  return word.ends_with("entrypoint.sh");
}

}  // namespace

std::vector<Finding> container_name(const SparkPod& built) {
  const Property* wanted = built.setting(built.names().container_name);
  const PodTemplate* pod = built.pod();
  if (wanted == nullptr || pod == nullptr || has_one_container(*pod, wanted->value.text)) return {};
  const std::string name = shown_text(wanted->value.text);
  const TemplateContainer* first = built.spark();
  Finding finding = found(
      kContainerName,
      name,
      "not exactly one container of the template is called \"" + name + "\"" +
          (first == nullptr ? "" : ", so the first one is Spark's: " + quoted(first->name.text)));
  finding.location = locate(built.settings_path(), wanted->value.at);
  finding.related.push_back({{built.template_path()}, "the template"});
  finding.effect = "WARN KubernetesUtils: specified container " + name +
                   " not found on pod template, falling back to taking the first container";
  return {std::move(finding)};
}

std::vector<Finding> container_unseen(const SparkPod& built) {
  const TemplateContainer* spark = built.spark();
  // Nobody looks for the driver's.
  if (built.is_driver() || spark == nullptr || built.setting(kContainerNameKey) != nullptr) {
    return {};
  }
  const bool alone = built.pod()->containers.size() < 2;
  if (alone || spark->name.text.empty() || spark->name.text == kOwnName) return {};
  Finding finding =
      found_in_template(kContainerUnseen,
                        built,
                        spark->name,
                        "Spark looks for the exit code of a container " + std::string(kOwnName) +
                            ", and its own is " + quoted(spark->name.text));
  finding.fix = "set " + std::string(kContainerNameKey) + " to " + shown_text(spark->name.text);
  return {std::move(finding)};
}

std::vector<Finding> container_image(const SparkPod& built) {
  const TemplateContainer* spark = built.spark();
  const Property* image = built.image();
  if (spark == nullptr || image == nullptr || spark->image.text.empty()) return {};
  if (image->value.text == spark->image.text) return {};
  Finding finding = found_in_template(
      kContainerImage,
      built,
      spark->image,
      "the image of the Spark container is replaced by " + shown_text(image->value.text));
  finding.related.push_back(span_of(built.deployment(), *image, "this one counts"));
  return {std::move(finding)};
}

std::vector<Finding> container_entrypoint(const SparkPod& built) {
  const TemplateContainer* spark = built.spark();
  if (spark == nullptr) return {};
  std::vector<Finding> findings;
  if (!spark->command.empty() && !is_entrypoint(spark->command.back().text)) {
    findings.push_back(found_in_template(kContainerEntrypoint,
                                         built,
                                         spark->command.front(),
                                         "`command` replaces the entrypoint of the Spark image"));
  }
  // With a command that ends in the entrypoint, the side must still be its first argument.
  if (!spark->args.empty()) {
    findings.push_back(found_in_template(kContainerEntrypoint,
                                         built,
                                         spark->args.front(),
                                         "Spark appends `" + std::string(built.names().side) +
                                             "` to `args`, so the entrypoint sees " +
                                             quoted(spark->args.front().text) + " first"));
  }
  return findings;
}

std::vector<Finding> container_environment(const SparkPod& built) {
  const PodTemplate* pod = built.pod();
  if (pod == nullptr) return {};
  Judgement all;
  for (const auto* list : {&pod->init_containers, &pod->containers}) {
    for (const TemplateContainer& container : *list) all.add(doubled(built, container));
  }
  if (const TemplateContainer* spark = built.spark()) all.add(overridden(built, *spark));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
