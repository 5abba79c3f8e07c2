// SPDX-License-Identifier: Apache-2.0
// What a soak measures of its own process.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <poll.h>
#include <unistd.h>

#include "tests/support/process.hpp"

namespace sparkwarden::tests {

[[nodiscard]] inline long rss_kib() {
  std::ifstream file("/proc/self/statm");
  long size = 0;
  long resident = 0;
  file >> size >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

/// The count once it is at most `expected`, or else two seconds later; with 0 once it stands. A
/// proxy closes its side when it hears of the other's end: a moment later.
[[nodiscard]] inline int settled_descriptors(int expected) {
  int count = count_descriptors();
  for (int i = 0; i < 200; ++i) {
    ::poll(nullptr, 0, 10);
    const int again = count_descriptors();
    if (expected != 0 ? again <= expected : again == count) return again;
    count = again;
  }
  return count;
}

/// What they are, by the kernel's names.
[[nodiscard]] inline std::string descriptors() {
  std::string text;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    text += entry.path().filename().string() + "=" +
            std::filesystem::read_symlink(entry.path(), gone).string() + " ";
  }
  return text;
}

}  // namespace sparkwarden::tests
