// SPDX-License-Identifier: Apache-2.0
// The export list of a version 3 server (what `showmount -e` prints). For the child process only.
#pragma once

#include <string>
#include <vector>

#include "probes/storage/wire_client.hpp"

namespace sparkwarden::probes::storage {

/// The exported paths, at most 256. Uses `address`, `mount_port` and the two limits of `request`.
/// Errors: the mount daemon or the portmapper does not answer, or hides its list.
[[nodiscard]] Wire<std::vector<std::string>> list_exports(const WireRequest& request);

}  // namespace sparkwarden::probes::storage
