// SPDX-License-Identifier: Apache-2.0
#include "probes/registry.hpp"

#include <array>
#include <chrono>

#include "probes/config/codes.hpp"
#include "probes/config/measures.hpp"
#include "probes/config/probe.hpp"
#include "probes/config/settings.hpp"
#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/probe.hpp"
#include "probes/storage/wire_child.hpp"

namespace sparkwarden::probes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 1> kConfigWakes{"storage"};  // which volumes there are

std::optional<milliseconds> never(const settings::ProbeSettings&, Role) {
  return std::nullopt;
}

std::array<ProbeRow, 2> make_rows() {
  return {ProbeRow{.name = "config",
                   .roles = kRoles,
                   .defaults = {.enabled = {}, .period = seconds(60), .deadline = seconds(5)},
                   .codes = config::kCodes,
                   .measures = config::kMeasures,
                   .wakes = kConfigWakes,
                   .make_settings = config::make_settings,
                   .make = config::make,
                   .full_every = never},
          ProbeRow{.name = "storage",
                   .roles = kRoles,
                   .defaults = {.enabled = {}, .period = seconds(60), .deadline = seconds(10)},
                   .codes = storage::codes::kCodes,
                   .measures = storage::measures::kAll,
                   .wakes = {},
                   .make_settings = storage::make_settings,
                   .make = storage::make,
                   .full_every = storage::full_every}};
}

constexpr std::array kChildVerbs{ChildVerb{"storage-wire", storage::run_wire_child}};

}  // namespace

std::span<const ProbeRow> registry() {
  static const std::array<ProbeRow, 2> kRows = make_rows();
  return kRows;
}

std::span<const ChildVerb> child_verbs() {
  return kChildVerbs;
}

}  // namespace sparkwarden::probes
