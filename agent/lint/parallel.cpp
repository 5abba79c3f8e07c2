// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sparkwarden::lint {
namespace {

// Below this a thread costs more than it brings.
constexpr std::size_t kWorthAThread = 16;

}  // namespace

void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto drain = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  {
    const std::size_t useful = std::min<std::size_t>(
        {count / kWorthAThread, std::thread::hardware_concurrency(), kThreadsMax});
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < useful; ++i) others.emplace_back(drain);
    drain();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sparkwarden::lint
