// SPDX-License-Identifier: Apache-2.0
// The probe `python`: takes the inventory of the Spark container's interpreter and, in an executor,
// holds it against the driver's.
#pragma once

#include <memory>
#include <string_view>

#include "agent/config/world.hpp"
#include "agent/io/files.hpp"
#include "agent/io/inventory_taker.hpp"
#include "agent/io/probe.hpp"
#include "probes/python/settings.hpp"

namespace sparkwarden::probes::python {

/// Its rows for the errors of take_inventory.
[[nodiscard]] io::InventoryCodes inventory_codes();

class PythonProbe final : public Probe {
 public:
  PythonProbe(settings::World world,
              std::shared_ptr<const Settings> settings,
              std::unique_ptr<const io::FileReader> files);

  [[nodiscard]] std::string_view name() const override { return "python"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;
  [[nodiscard]] bool idle() override { return inventory_.idle(); }

 private:
  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  io::InventoryTaker<PythonManifest> inventory_;
};

[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);

}  // namespace sparkwarden::probes::python
