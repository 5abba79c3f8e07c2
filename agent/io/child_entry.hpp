// SPDX-License-Identifier: Apache-2.0
// The child's side of child.hpp: what a child process does before anything else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace sparkwarden::io {

/// What a child allows itself. Address space is not limited under sanitizers, whose shadow memory
/// needs terabytes.
struct ChildLimits {
  unsigned cpu_seconds = 2;
  std::size_t address_space_bytes = std::size_t{64} << 20;
  unsigned open_files = 64;
};

/// Dies with its parent, gains no privileges, dumps no core, and keeps to `limits` from here on.
/// False when the parent is gone already or a limit cannot be set: exit then.
[[nodiscard]] bool enter_child(const ChildLimits& limits);

/// The one line of standard input, without its newline.
/// Errors: nullopt when it is longer than kChildInputMax or cannot be read.
[[nodiscard]] std::optional<std::string> read_child_input();

}  // namespace sparkwarden::io
