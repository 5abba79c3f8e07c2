// SPDX-License-Identifier: Apache-2.0
// The settings of the probe `python`, each with its default.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.hpp"
#include "agent/core/inventory_source.hpp"

namespace sparkwarden::probes::python {

struct Settings final : settings::ProbeSettings {
  InventorySource source = InventorySource::automatic;
  settings::Auto<std::string> interpreter = {};
  std::vector<std::string> critical = {};  // distributions that UDFs need

  void bind(settings::Binder& binder) override;
};

[[nodiscard]] std::shared_ptr<settings::ProbeSettings> make_settings();

}  // namespace sparkwarden::probes::python
