// SPDX-License-Identifier: Apache-2.0
// The table of probes: what exists, for whom, and how each is made. One row per folder.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/config/world.hpp"
#include "agent/core/compare.hpp"
#include "agent/io/probe.hpp"

namespace sparkwarden::probes {

struct ProbeRow {
  std::string_view name;
  std::span<const Role> roles;  // enabled: auto
  settings::ProbeCommon defaults;
  std::span<const Code> codes;
  std::span<const MeasureSpec* const> measures;
  std::span<const std::string_view> wakes;  // run again at once when this probe's facts change
  bool follows_verdicts = false;            // runs again when another's verdict or the gate changes
  std::shared_ptr<settings::ProbeSettings> (*make_settings)();
  std::unique_ptr<Probe> (*make)(const settings::World& world,
                                 std::shared_ptr<const settings::ProbeSettings> own);
  /// How often a full run is due after the first; nullopt: never again.
  std::optional<milliseconds> (*full_every)(const settings::ProbeSettings& own, Role role);
  /// What the differences between two pods in this probe's areas mean, for `diff`; nullptr: it has
  /// none.
  std::vector<Finding> (*judge)(std::span<const Difference> differences,
                                const settings::ProbeSettings& own) = nullptr;
};

/// In the order in which `check` runs them: a probe that wakes another comes before it.
[[nodiscard]] std::span<const ProbeRow> registry();

/// A hidden command that a probe runs in a disposable child process.
struct ChildVerb {
  std::string_view name;
  int (*main)();
};

[[nodiscard]] std::span<const ChildVerb> child_verbs();

}  // namespace sparkwarden::probes
