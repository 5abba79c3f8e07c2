// SPDX-License-Identifier: Apache-2.0
// One look at the configuration of a pod: reads the expected files, parses and judges them. The
// probe is a coroutine around it.
#pragma once

#include <string>

#include "agent/config/world.hpp"
#include "agent/core/report.hpp"
#include "agent/core/runtime_manifest.hpp"
#include "agent/io/files.hpp"
#include "probes/config/settings.hpp"

namespace sparkwarden::probes::config {

/// Findings, what could not be looked at, the number of keys per file, and the facts: NFS volumes
/// the files declare, and a digest of each file that was read. Blocks: on local disk only; files on
/// network mounts are not touched.
/// `spark`: the installation in this pod as `runtime` found it; nullptr where it found none.
[[nodiscard]] Observed look(const io::FileReader& files,
                            const settings::World& world,
                            const Settings& settings,
                            const RuntimeManifest* spark = nullptr);

/// Whether `path` may be opened by this process: it lies on no network mount.
[[nodiscard]] bool may_touch(const io::FileReader& files,
                             const settings::World& world,
                             const std::string& path);

}  // namespace sparkwarden::probes::config
