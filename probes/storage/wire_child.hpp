// SPDX-License-Identifier: Apache-2.0
// The child process `child storage-wire`: mounts an export over the wire, looks at it, writes and
// removes a canary, reads and writes tokens, and tells each step. It judges nothing.
#pragma once

#include <array>
#include <string_view>

namespace sparkwarden::probes::storage {

/// Every step there is, in order: the closed set of the `operation` label.
inline constexpr std::array<std::string_view, 19> kWireSteps{"mount",
                                                             "exports",
                                                             "stat",
                                                             "statvfs",
                                                             "token",
                                                             "mkdir",
                                                             "create",
                                                             "write",
                                                             "fsync",
                                                             "read",
                                                             "close",
                                                             "rename",
                                                             "replace",
                                                             "list",
                                                             "announce",
                                                             "exclusive",
                                                             "unlink",
                                                             "sweep",
                                                             "umount"};

/// The child's main function: one request on standard input, events on standard output.
/// Ends the process with 0 when the request was carried out, whatever the server said. Returns
/// another code when it was not begun: 1 without its limits, 2 without a request that makes sense.
int run_wire_child();

}  // namespace sparkwarden::probes::storage
