// SPDX-License-Identifier: Apache-2.0
// One step of the child through the mount, and how it fails: as the wire child's, with errno.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "probes/storage/wire_client.hpp"
#include "probes/storage/wire_step.hpp"

namespace sparkwarden::probes::storage {

/// The error of the system call that has just failed, by its name and in words.
[[nodiscard]] inline tl::unexpected<WireFailure> system_failure() {
  const int error = errno;
  const char* name = ::strerrorname_np(error);
  return tl::unexpected(WireFailure{
      .error = error, .symbol = name == nullptr ? "" : name, .text = ::strerrordesc_np(error)});
}

/// All calls succeeded, and the result is wrong.
[[nodiscard]] inline tl::unexpected<WireFailure> own_failure(std::string_view symbol,
                                                             std::string text) {
  return tl::unexpected(
      WireFailure{.error = EIO, .symbol = std::string(symbol), .text = std::move(text)});
}

template <typename Act>
[[nodiscard]] bool mount_step(std::string_view name, Act act) {
  return step(name, std::move(act), "mount");
}

}  // namespace sparkwarden::probes::storage
