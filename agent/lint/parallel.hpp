// SPDX-License-Identifier: Apache-2.0
// The same work for many independent things, on the processors there are.
#pragma once

#include <cstddef>
#include <functional>

namespace sparkwarden::lint {

inline constexpr unsigned kThreadsMax = 8;

/// Calls `work(i)` once for each i below `count`, on at most kThreadsMax threads and on this one
/// alone when there is little to do. `work` writes only to what belongs to its i. The first
/// exception is thrown here, after all threads have ended.
void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace sparkwarden::lint
