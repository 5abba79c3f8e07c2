// SPDX-License-Identifier: Apache-2.0
// The judgement of the parsed files. Pure: what the files say in, findings out. Each rule is one
// function; rules that look at several files stand in a table in rules.cpp.
#pragma once

#include <span>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/finding.hpp"
#include "probes/config/deployment.hpp"
#include "probes/config/mounted.hpp"
#include "probes/config/spark_pod.hpp"

namespace sparkwarden::probes::config {

struct Judgement {
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};

  void add(std::vector<Finding> more);
  void add(Judgement more);

  bool operator==(const Judgement&) const = default;
};

// One file alone.
[[nodiscard]] Judgement judge(const CoreSiteFile& file);
[[nodiscard]] Judgement judge(const DefaultsFile& file);
[[nodiscard]] Judgement judge(const TemplateFile& file);

/// Part of judge(CoreSiteFile): blanks at the ends of values that break with them. Hadoop trims
/// most.
[[nodiscard]] std::vector<Finding> blanks_that_hadoop_keeps(const CoreSiteFile& file);

/// `second` is a core-site.xml that Hadoop does not load because `first` stands before it.
[[nodiscard]] std::vector<Finding> judge_shadowed(const CoreSiteFile& first,
                                                  const CoreSiteFile& second);

/// How the files came into the container of a driver's side. Spark's own ConfigMaps never change.
[[nodiscard]] std::vector<Finding> judge_mounted(const std::vector<MountedFile>& files);
[[nodiscard]] Finding judge_empty_directory(const std::string& directory);

/// What the files say about one another.
[[nodiscard]] std::vector<Finding> judge(const Deployment& deployment);

/// What it means that a file differs between driver and executor; other differences are left alone.
[[nodiscard]] std::vector<Finding> judge_differences(std::span<const Difference> differences);

// The rules behind judge(DefaultsFile) that look at keys and values.
using DefaultsRule = std::vector<Finding> (*)(const DefaultsFile& file);

[[nodiscard]] std::vector<Finding> spark_keys_of(const DefaultsFile& file);
[[nodiscard]] std::vector<Finding> values_of_spark_keys(const DefaultsFile& file);
[[nodiscard]] std::vector<Finding> driver_heap(const DefaultsFile& file);
[[nodiscard]] std::vector<Finding> executor_java_options(const DefaultsFile& file);
[[nodiscard]] std::vector<Finding> sizes_without_unit(const DefaultsFile& file);

/// All of them, in their order.
[[nodiscard]] std::vector<Finding> judge_settings(const DefaultsFile& file);

// The rules behind judge(Deployment), by family.
using Rule = std::vector<Finding> (*)(const Deployment& deployment);

[[nodiscard]] std::vector<Finding> native_volumes_beside_template(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> checkpoint_differs(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> native_volume_options(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> driver_pod_in_client_mode(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> floating_images(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> differing_images(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> plaintext_secrets(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> jars_twice(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> jars_baked_in(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> settings_in_conflict(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> keys_of_other_versions(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> heartbeat_and_timeout(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> wildcard_address(const Deployment& deployment);

// Those of them about a pod that Spark builds; a driver's is judged where Spark builds one.
using PodRule = std::vector<Finding> (*)(const SparkPod& built);

[[nodiscard]] std::vector<Finding> container_name(const SparkPod& built);
[[nodiscard]] std::vector<Finding> mount_paths(const SparkPod& built);
[[nodiscard]] std::vector<Finding> volume_names(const SparkPod& built);
[[nodiscard]] std::vector<Finding> mounts_without_volume(const SparkPod& built);
[[nodiscard]] std::vector<Finding> checkpoint_volume(const SparkPod& built);
[[nodiscard]] std::vector<Finding> container_unseen(const SparkPod& built);
[[nodiscard]] std::vector<Finding> container_image(const SparkPod& built);
[[nodiscard]] std::vector<Finding> container_entrypoint(const SparkPod& built);
[[nodiscard]] std::vector<Finding> container_environment(const SparkPod& built);
[[nodiscard]] std::vector<Finding> pod_restart_policy(const SparkPod& built);
[[nodiscard]] std::vector<Finding> reserved_labels(const SparkPod& built);
[[nodiscard]] std::vector<Finding> service_account(const SparkPod& built);
[[nodiscard]] std::vector<Finding> restricted_volumes(const SparkPod& built);
[[nodiscard]] std::vector<Finding> unused_volumes(const SparkPod& built);
[[nodiscard]] std::vector<Finding> agent_containers(const SparkPod& built);
[[nodiscard]] std::vector<Finding> mounts_over_the_image(const SparkPod& built);

}  // namespace sparkwarden::probes::config
