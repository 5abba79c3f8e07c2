// SPDX-License-Identifier: Apache-2.0
// What the child does to prove that an export can be written to as Spark writes: in the agent's own
// directory, and leaving nothing in it.
#pragma once

#include "probes/storage/wire_client.hpp"
#include "probes/storage/wire_request.hpp"

namespace sparkwarden::probes::storage {

/// Tells the steps mkdir, create, write, fsync, read, close, rename, replace, announce (where a
/// token is asked for) and exclusive, up to the first that fails, and unlink in any case while the
/// connection lives; then sweep, if a token was written.
void write_canary(WireClient& client, const WireRequest& request);

}  // namespace sparkwarden::probes::storage
