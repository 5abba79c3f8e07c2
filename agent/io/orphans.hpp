// SPDX-License-Identifier: Apache-2.0
// What process 1 of a container owes to others: whoever loses its parent becomes its child, and
// stays in the process table until it is waited for.
#pragma once

#include <cstddef>

namespace sparkwarden::io {

/// Reaps children that ended and that nobody here started; never waits. Returns how many.
std::size_t reap_orphans();

}  // namespace sparkwarden::io
