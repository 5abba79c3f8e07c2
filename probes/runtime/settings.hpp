// SPDX-License-Identifier: Apache-2.0
// The settings of the probe `runtime`, each with its default.
#pragma once

#include <memory>

#include "agent/config/config.hpp"
#include "agent/core/inventory_source.hpp"

namespace sparkwarden::probes::runtime {

struct Settings final : settings::ProbeSettings {
  InventorySource source = InventorySource::automatic;

  void bind(settings::Binder& binder) override;
};

[[nodiscard]] std::shared_ptr<settings::ProbeSettings> make_settings();

}  // namespace sparkwarden::probes::runtime
