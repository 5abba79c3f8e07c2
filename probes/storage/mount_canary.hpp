// SPDX-License-Identifier: Apache-2.0
// What the child does to prove that a mount can be written to as Spark writes: in the agent's own
// directory, and leaving nothing in it.
#pragma once

#include "agent/io/descriptor.hpp"
#include "probes/storage/mount_request.hpp"

namespace sparkwarden::probes::storage {

/// Tells the steps from mkdir to list, and announce where a token is to be written, up to the first
/// that fails; unlink in any case once there is a directory, and sweep after a token. `root` is the
/// mount point; no other descriptor stays open.
void write_mount_canary(const io::Descriptor& root, const MountRequest& request);

}  // namespace sparkwarden::probes::storage
