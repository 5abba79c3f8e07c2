// SPDX-License-Identifier: Apache-2.0
// An application as the rules know it: one Deployment, with the settings in force as Spark merges
// them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/lint/applications.hpp"
#include "agent/lint/includes.hpp"

namespace sparkwarden::lint {

/// The level that a namespace enforces, by its name.
using PodSecurity = std::map<std::string, std::string>;

/// From every Namespace among `sources`; one that two of them describe differently is left out.
[[nodiscard]] PodSecurity pod_security(const std::vector<Source>& sources);

struct BuiltDeployment {
  probes::config::Deployment deployment = {};
  std::optional<DefaultsFile> arguments = {};  // what the workload passes, to be judged as a file
  Origins origins = {};                        // of the settings that are no file
  probes::config::Judgement judgement = {};    // what can be told from the mounts alone
};

/// --conf wins over a properties file; with --properties-file no spark-defaults.conf counts. A key
/// whose value is known only in the container is left out altogether.
/// Source: SparkSubmitArguments.mergeDefaultSparkProperties.
[[nodiscard]] BuiltDeployment deployment_of(const Application& application,
                                            const PodSecurity& pod_security = {},
                                            const Includes& includes = {});

}  // namespace sparkwarden::lint
