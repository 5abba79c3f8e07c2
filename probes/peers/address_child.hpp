// SPDX-License-Identifier: Apache-2.0
// The child that reads SPARK_DRIVER_URL of the Spark process. A child, because reading another
// process's /proc files can block in the kernel: for /proc/PID/environ it takes the mmap lock,
// which a task that hangs on NFS may hold.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/result.hpp"
#include "agent/core/time.hpp"
#include "agent/io/child.hpp"
#include "agent/io/probe.hpp"

namespace sparkwarden::probes::peers {

inline constexpr std::string_view kVerb = "peers";

/// The child's main. Standard input: {"proc":"/proc"}. It tells one fact, the driver's host.
/// Returns the exit code.
[[nodiscard]] int run_child();

/// The driver's host, as the Spark process below `proc` was told it; the child lives for at most
/// `limit`.
/// Errors: `address.absent`, with why in `detail`: no such process, no permission, a variable that
/// is not there or has another form, no answer in time.
[[nodiscard]] awaitable<Result<std::string>> ask_spark_process(io::ChildSlot& slot,
                                                               std::string executable,
                                                               std::string proc,
                                                               milliseconds limit);

}  // namespace sparkwarden::probes::peers
