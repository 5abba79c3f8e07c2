// SPDX-License-Identifier: Apache-2.0
// The probe `runtime`: takes the inventory of the Spark container's Spark, Java and jars and, in an
// executor, holds it against the driver's.
#pragma once

#include <memory>
#include <string_view>

#include "agent/config/world.hpp"
#include "agent/io/files.hpp"
#include "agent/io/inventory_taker.hpp"
#include "agent/io/probe.hpp"
#include "probes/runtime/settings.hpp"

namespace sparkwarden::probes::runtime {

/// Its rows for the errors of take_inventory.
[[nodiscard]] io::InventoryCodes inventory_codes();

class RuntimeProbe final : public Probe {
 public:
  RuntimeProbe(settings::World world,
               std::shared_ptr<const Settings> settings,
               std::unique_ptr<const io::FileReader> files);

  [[nodiscard]] std::string_view name() const override { return "runtime"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;
  [[nodiscard]] bool idle() override { return inventory_.idle(); }

 private:
  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  io::InventoryTaker<RuntimeManifest> inventory_;
};

[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);

}  // namespace sparkwarden::probes::runtime
