// SPDX-License-Identifier: Apache-2.0
// Settings that a repository wants to be the same in all its applications. Different applications
// may differ in everything, so nothing is compared that nobody has asked for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/lint/deployment_of.hpp"

namespace sparkwarden::lint {

/// Keys, or prefixes that end in a dot, that the settings above the file at `path` name in `same`.
/// Never null.
using SameOf = std::function<const std::vector<std::string>*(const std::string& path)>;

/// One setting in force in one application. Properties of core-site.xml are `spark.hadoop.*` here,
/// as spark-defaults.conf would say it.
struct Said {
  std::string key = {};
  std::string value = {};
  std::string application = {};
  Location location = {};  // in a file that exists
};

/// What `built` says of the keys that its own files' settings name; nothing of values that hold a
/// variable.
[[nodiscard]] std::vector<Said> said_by(const std::string& application,
                                        const BuiltDeployment& built,
                                        const Origins& origins,
                                        const SameOf& same_of);

/// `lint.setting.differs`: one for each key with several values, at one of the rarest, with a place
/// for each other value.
[[nodiscard]] std::vector<Finding> differences(const std::vector<Said>& all);

}  // namespace sparkwarden::lint
