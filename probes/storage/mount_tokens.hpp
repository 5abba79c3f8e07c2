// SPDX-License-Identifier: Apache-2.0
// What the child does about tokens through the mount, as wire_tokens.hpp over the wire: the same
// steps, facts and plan of what to remove.
#pragma once

#include "agent/io/descriptor.hpp"
#include "probes/storage/mount_request.hpp"

namespace sparkwarden::probes::storage {

/// Step `token`, and the facts of what was read below `root`, the mount point. One look at the
/// name, no more: a node remembers for a minute that there was none.
void look_up_token(const io::Descriptor& root, const TokenRequest& token);

/// Step `announce` in the pod's directory, and the fact when it was closed, which is when another
/// node's open has to see it. True when it went well.
[[nodiscard]] bool write_token(const io::Descriptor& own, const TokenRequest& token);

/// Step `sweep`, after write_token: by the time that the server gave the new token. `top` holds all
/// pods' directories, `own` is this one's. What cannot be removed stays; a second at most, between
/// two calls.
void sweep(const io::Descriptor& top, const io::Descriptor& own, const MountRequest& request);

}  // namespace sparkwarden::probes::storage
