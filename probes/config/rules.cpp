// SPDX-License-Identifier: Apache-2.0
#include "probes/config/rules.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <variant>

#include "probes/config/driver_words.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr std::array<DefaultsRule, 5> kDefaultsRules{
    spark_keys_of, values_of_spark_keys, driver_heap, executor_java_options, sizes_without_unit};

constexpr std::array<std::variant<Rule, PodRule>, 29> kRules{&native_volumes_beside_template,
                                                             &native_volume_options,
                                                             &driver_pod_in_client_mode,
                                                             &container_name,
                                                             &container_unseen,
                                                             &container_image,
                                                             &container_entrypoint,
                                                             &container_environment,
                                                             &mount_paths,
                                                             &volume_names,
                                                             &mounts_without_volume,
                                                             &unused_volumes,
                                                             &restricted_volumes,
                                                             &pod_restart_policy,
                                                             &reserved_labels,
                                                             &service_account,
                                                             &checkpoint_volume,
                                                             &checkpoint_differs,
                                                             &floating_images,
                                                             &differing_images,
                                                             &agent_containers,
                                                             &plaintext_secrets,
                                                             &jars_twice,
                                                             &jars_baked_in,
                                                             &mounts_over_the_image,
                                                             &settings_in_conflict,
                                                             &keys_of_other_versions,
                                                             &heartbeat_and_timeout,
                                                             &wildcard_address};

std::vector<Finding> judge_driver(const SparkPod& driver) {
  std::vector<Finding> findings;
  for (const auto& rule : kRules) {
    const auto* of_pod = std::get_if<PodRule>(&rule);
    if (of_pod == nullptr) continue;
    for (Finding& finding : (*of_pod)(driver)) {
      findings.push_back(told_of_driver(std::move(finding)));
    }
  }
  return findings;
}

}  // namespace

void Judgement::add(std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

void Judgement::add(Judgement more) {
  add(std::move(more.findings));
  std::move(more.unlooked.begin(), more.unlooked.end(), std::back_inserter(unlooked));
}

std::vector<Finding> judge_settings(const DefaultsFile& file) {
  Judgement all;
  for (const DefaultsRule rule : kDefaultsRules) all.add(rule(file));
  return std::move(all.findings);
}

std::vector<Finding> judge(const Deployment& deployment) {
  const SparkPod executor(deployment, Side::executor);
  Judgement all;
  for (const auto& rule : kRules) {
    const auto* of_pod = std::get_if<PodRule>(&rule);
    all.add(of_pod == nullptr ? std::get<Rule>(rule)(deployment) : (*of_pod)(executor));
  }
  if (builds_driver(deployment)) all.add(judge_driver(SparkPod(deployment, Side::driver)));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
