// SPDX-License-Identifier: Apache-2.0
// The child process `child storage-mount`: looks at a mounted export through the kernel, writes and
// removes a canary, reads and writes tokens, and tells each step. It judges nothing, and may hang
// in any of them.
#pragma once

#include <array>
#include <string_view>

namespace sparkwarden::probes::storage {

/// Every step there is, in order: the closed set of the `operation` label.
inline constexpr std::array<std::string_view, 16> kMountSteps{"stat",
                                                              "statvfs",
                                                              "token",
                                                              "mkdir",
                                                              "create",
                                                              "exclusive",
                                                              "write",
                                                              "fsync",
                                                              "read",
                                                              "close",
                                                              "rename",
                                                              "replace",
                                                              "list",
                                                              "announce",
                                                              "unlink",
                                                              "sweep"};

/// The child's main function: one request on standard input, events on standard output.
/// Returns 0 when the request was carried out, whatever the mount said. Another code when it was
/// not begun: 1 without its limits, 2 without a request that makes sense.
int run_mount_child();

}  // namespace sparkwarden::probes::storage
