// SPDX-License-Identifier: Apache-2.0
// Whom the child claims to be.
#pragma once

#include "agent/config/world.hpp"
#include "probes/storage/settings.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {

/// A request that has uid, gid, groups, client name and directory alone: the same in every one.
[[nodiscard]] WireRequest identity_of(const settings::World& world, const Settings& settings);

}  // namespace sparkwarden::probes::storage
