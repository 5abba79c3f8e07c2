// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/probe.hpp"

#include <iterator>
#include <utility>

#include "agent/core/peer_view.hpp"
#include "agent/io/inventory.hpp"
#include "agent/io/inventory_variables.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/measures.hpp"
#include "probes/runtime/rules.hpp"
#include "probes/runtime/scan.hpp"

namespace sparkwarden::probes::runtime {
namespace {

io::InventoryRequest request_for(const settings::World& world, const Settings& settings) {
  io::InventoryRequest request{.source = settings.source,
                               .file = world.paths.run_dir + "/manifest.json",
                               .executable = world.executable,
                               .verb = std::string(kVerb)};
  request.scan.root = world.paths.root;
  request.scan.spark_home = world.paths.spark_home;
  // Another root is somebody else's, and this process's environment says nothing about it.
  if (world.paths.root == "/")
    request.scan.environment = io::inventory_variables(world.environment);
  return request;
}

}  // namespace

io::InventoryCodes inventory_codes() {
  return {.absent = &codes::kInventoryAbsent,
          .not_permitted = &codes::kInventoryNotPermitted,
          .unfinished = &codes::kInventoryUnfinished,
          .unreadable = &codes::kInventoryUnreadable,
          .busy = &codes::kInventoryBusy};
}

RuntimeProbe::RuntimeProbe(settings::World world,
                           std::shared_ptr<const Settings> settings,
                           std::unique_ptr<const io::FileReader> files)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      inventory_(&Manifest::runtime, inventory_codes(), std::move(files)) {}

awaitable<Observed> RuntimeProbe::run(RunContext context) {
  Observed seen;
  io::InventoryRequest request = request_for(world_, *settings_);
  const std::shared_ptr<const RuntimeManifest> taken =
      co_await inventory_.take(std::move(request), context.deadline, seen);
  if (taken == nullptr) co_return seen;

  seen = judge_installation(*taken);
  seen.facts.runtime = taken;
  std::vector<Finding> differences = compare_with_driver(context, {.runtime = taken}, seen);
  seen.measurements = measurements_of(*taken, differences);
  std::vector<Finding> shown = grouped(std::move(differences));
  std::move(shown.begin(), shown.end(), std::back_inserter(seen.findings));
  co_return seen;
}

std::vector<Finding> RuntimeProbe::compare_with_driver(const RunContext& context,
                                                       const Manifest& own,
                                                       Observed& seen) const {
  const auto driver = driver_of(context.before.get(), world_.role);
  if (!driver) return {};
  if (*driver == nullptr || (*driver)->manifest.runtime == nullptr) {
    seen.unlooked.push_back(
        no_driver_section(codes::kDriverNoManifest, driver->get(), "Spark and Java"));
    return {};
  }
  return judge_differences(compare((*driver)->manifest, own));
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<RuntimeProbe>(world,
                                        std::dynamic_pointer_cast<const Settings>(std::move(own)),
                                        std::make_unique<io::RealFiles>());
}

}  // namespace sparkwarden::probes::runtime
