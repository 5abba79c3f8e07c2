// SPDX-License-Identifier: Apache-2.0
#include "agent/core/peer_view.hpp"

namespace sparkwarden {

std::optional<std::shared_ptr<const PeerView>> driver_of(const Snapshot* before, Role role) {
  const bool compared =
      role == Role::executor && before != nullptr && before->find("peers") != nullptr;
  if (!compared) return std::nullopt;
  return merged_facts(*before).driver;
}

Unlooked no_driver_section(const Code& row, const PeerView* driver, std::string_view what) {
  if (driver == nullptr) {
    return unlooked(row, "driver", "the driver's manifest has not been read yet");
  }
  return unlooked(
      row, driver->url, "the driver's agent has no inventory of its " + std::string(what));
}

}  // namespace sparkwarden
