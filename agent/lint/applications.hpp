// SPDX-License-Identifier: Apache-2.0
// Which files belong together. A workload, the ConfigMaps it mounts and the arguments it passes are
// one application; so are the configuration files of one directory. Conflicts are looked for within
// one application; across.hpp compares what somebody asked to be the same in all.
#pragma once

#include <string>
#include <vector>

#include "agent/lint/source.hpp"

namespace sparkwarden::lint {

/// A ConfigMap that a workload mounts, found among the sources.
struct MountedMap {
  const ConfigMount* mount = nullptr;
  const ConfigMap* map = nullptr;

  /// Where in the container `key` is; empty when it is not mounted.
  [[nodiscard]] std::string path_of(std::string_view key) const;
};

struct Application {
  std::string name;
  std::vector<const Piece*> pieces = {};
  const Workload* workload = nullptr;    // none: files of one directory, or a ConfigMap alone
  std::vector<MountedMap> mounted = {};  // of the workload
};

/// Every piece of `sources` is in at least one application; a piece that several workloads mount is
/// in each of theirs. The answer points into `sources`.
///
/// A ConfigMap is the one that a workload means when it has the name and is the only one nearest to
/// it: in the same file, else in the same directory, else in directories that a kustomization joins
/// or of which one lies below the other. Two that are equally near are none.
[[nodiscard]] std::vector<Application> applications(const std::vector<Source>& sources);

}  // namespace sparkwarden::lint
