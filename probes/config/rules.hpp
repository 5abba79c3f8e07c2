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

// The rules behind judge(Deployment), by family.
using Rule = std::vector<Finding> (*)(const Deployment& deployment);

[[nodiscard]] std::vector<Finding> native_volumes_beside_template(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> container_name(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> mount_paths(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> volume_names(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> mounts_without_volume(const Deployment& deployment);
[[nodiscard]] std::vector<Finding> checkpoint_volume(const Deployment& deployment);

}  // namespace sparkwarden::probes::config
