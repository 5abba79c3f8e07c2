// SPDX-License-Identifier: Apache-2.0
// The driver as its executor's agent knows it. Written by `peers`, read by python, runtime, config
// and storage through the snapshot.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/manifest.hpp"
#include "agent/core/role.hpp"
#include "agent/core/snapshot.hpp"

namespace sparkwarden {

/// A new one only when the driver's manifest changed, so that a steady driver wakes nobody.
struct PeerView {
  std::string url = {};
  std::string etag = {};
  Manifest manifest = {};
};

/// The driver that this pod is held against: nullopt where nothing is compared (no executor, or
/// `peers` is switched off), nullptr where its manifest was not read yet.
[[nodiscard]] std::optional<std::shared_ptr<const PeerView>> driver_of(const Snapshot* before,
                                                                       Role role);

/// There is no section of the driver's to compare with; `what` it would tell about, in words.
[[nodiscard]] Unlooked no_driver_section(const Code& row,
                                         const PeerView* driver,
                                         std::string_view what);

/// The driver that this pod is held against, if it tells of `section`; else nullptr, and where that
/// is wrong `seen` says so with `row` and `what`, as no_driver_section does.
template <typename Section>
[[nodiscard]] std::shared_ptr<const PeerView> driver_with(
    std::shared_ptr<const Section> Manifest::*section,
    const Snapshot* before,
    Role role,
    const Code& row,
    std::string_view what,
    Observed& seen) {
  auto driver = driver_of(before, role);
  if (!driver) return nullptr;
  if (*driver == nullptr || (*driver)->manifest.*section == nullptr) {
    seen.unlooked.push_back(no_driver_section(row, driver->get(), what));
    return nullptr;
  }
  return std::move(*driver);
}

}  // namespace sparkwarden
