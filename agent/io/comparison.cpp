// SPDX-License-Identifier: Apache-2.0
#include "agent/io/comparison.hpp"

#include <utility>

#include "agent/io/worker.hpp"

namespace sparkwarden::io {

awaitable<Comparison> compared(std::size_t entries, std::function<Comparison()> work) {
  constexpr std::size_t kHere = 1'000;
  if (entries <= kHere) co_return work();
  Comparison made = co_await on_worker<Comparison>(std::move(work));
  co_return made;
}

}  // namespace sparkwarden::io
