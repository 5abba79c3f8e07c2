// SPDX-License-Identifier: Apache-2.0
// What the child does about tokens over the wire: read another pod's, write one of its own, remove
// what nobody needs any more.
#pragma once

#include "probes/storage/wire_client.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {

/// Step `token`, and the facts of what was read. That there is none is told, not judged.
void look_up_token(WireClient& client, const WireRequest& request);

/// Step `announce` in the pod's directory, which is there, and the fact when it was closed. True
/// when it went well.
[[nodiscard]] bool write_token(WireClient& client, const WireRequest& request);

/// Step `sweep`, after write_token: by the time that the server gave the new token. What cannot be
/// removed stays. Bounded in number and, between two requests, to a second.
void sweep(WireClient& client, const WireRequest& request);

}  // namespace sparkwarden::probes::storage
