// SPDX-License-Identifier: Apache-2.0
// The probe `python`: takes the inventory of the Spark container's interpreter and, in an executor,
// holds it against the driver's.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "agent/config/world.hpp"
#include "agent/io/child.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "probes/python/settings.hpp"

namespace sparkwarden::probes::python {

class PythonProbe final : public Probe {
 public:
  PythonProbe(settings::World world,
              std::shared_ptr<const Settings> settings,
              std::unique_ptr<const io::FileReader> files);

  [[nodiscard]] std::string_view name() const override { return "python"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;

 private:
  [[nodiscard]] std::vector<Finding> compare_with_driver(const RunContext& context,
                                                         Observed& seen) const;

  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  std::unique_ptr<const io::FileReader> files_;
  io::ChildSlot slot_;
  std::shared_ptr<const PythonManifest> last_;  // the same one is told again while nothing changes
  int absent_runs_ = 0;
};

[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);

}  // namespace sparkwarden::probes::python
