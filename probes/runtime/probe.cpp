// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/probe.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

#include "agent/core/peer_view.hpp"
#include "agent/io/comparison.hpp"
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

/// `driver` is null where there is none to compare with.
io::Comparison compare_with(const std::shared_ptr<const PeerView>& driver,
                            const std::shared_ptr<const RuntimeManifest>& own) {
  std::vector<Finding> differences;
  if (driver != nullptr) {
    differences = judge_differences(compare(driver->manifest, {.runtime = own}));
  }
  io::Comparison all{.findings = {}, .measurements = measurements_of(*own, differences)};
  all.findings = grouped(std::move(differences));
  return all;
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
  const std::shared_ptr<const PeerView> driver = driver_with(&Manifest::runtime,
                                                             context.before.get(),
                                                             world_.role,
                                                             codes::kDriverNoManifest,
                                                             "Spark and Java",
                                                             seen);
  const std::size_t theirs = driver == nullptr ? 0 : driver->manifest.runtime->jars.size();
  std::function<io::Comparison()> work = [driver, taken] { return compare_with(driver, taken); };
  io::Comparison beside = co_await io::compared(theirs + taken->jars.size(), std::move(work));
  seen.measurements = std::move(beside.measurements);
  std::ranges::move(beside.findings, std::back_inserter(seen.findings));
  co_return seen;
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<RuntimeProbe>(world,
                                        std::dynamic_pointer_cast<const Settings>(std::move(own)),
                                        std::make_unique<io::RealFiles>());
}

}  // namespace sparkwarden::probes::runtime
