// SPDX-License-Identifier: Apache-2.0
// What the files say about NFS storage, for the probe that proves it.
#pragma once

#include <string>
#include <vector>

#include "agent/core/facts.hpp"
#include "probes/config/deployment.hpp"

namespace sparkwarden::probes::config {

/// Every `nfs:` volume of the template, whether or not something refers to the template. The
/// checkpoint volume is the one that holds a checkpoint location, else the only one mounted at a
/// path that has "checkpoint" in it. A mount with subPath is declared as the sub-directory it
/// shows.
[[nodiscard]] DeclaredStorage declared_storage(const Deployment& deployment,
                                               std::vector<std::string> sources);

}  // namespace sparkwarden::probes::config
