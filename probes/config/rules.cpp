// SPDX-License-Identifier: Apache-2.0
#include "probes/config/rules.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

constexpr std::array<DefaultsRule, 4> kDefaultsRules{
    spark_keys_of, values_of_spark_keys, driver_heap, sizes_without_unit};

constexpr std::array<Rule, 6> kRules{native_volumes_beside_template,
                                     container_name,
                                     mount_paths,
                                     volume_names,
                                     mounts_without_volume,
                                     checkpoint_volume};

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
  Judgement all;
  for (const Rule rule : kRules) all.add(rule(deployment));
  return std::move(all.findings);
}

}  // namespace sparkwarden::probes::config
