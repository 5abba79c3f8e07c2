// SPDX-License-Identifier: Apache-2.0
#include "probes/python/probe.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

#include "agent/core/peer_view.hpp"
#include "agent/io/comparison.hpp"
#include "agent/io/inventory.hpp"
#include "agent/io/inventory_variables.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/measures.hpp"
#include "probes/python/rules.hpp"
#include "probes/python/scan.hpp"

namespace sparkwarden::probes::python {
namespace {

io::InventoryRequest request_for(const settings::World& world, const Settings& settings) {
  io::InventoryRequest request{.source = settings.source,
                               .file = world.paths.run_dir + "/manifest.json",
                               .executable = world.executable,
                               .verb = std::string(kVerb)};
  request.scan.root = world.paths.root;
  request.scan.spark_home = world.paths.spark_home;
  request.scan.interpreter = settings.interpreter.value_or("");
  request.scan.driver = driver_side(world.role);
  // Another root is somebody else's, and this process's environment says nothing about it.
  if (world.paths.root == "/")
    request.scan.environment = io::inventory_variables(world.environment);
  return request;
}

/// `driver` is null where there is none to compare with.
io::Comparison compare_with(const std::shared_ptr<const PeerView>& driver,
                            const std::shared_ptr<const PythonManifest>& own,
                            const std::vector<std::string>& critical) {
  std::vector<Finding> differences;
  if (driver != nullptr) {
    differences = judge_differences(compare(driver->manifest, {.python = own}), critical);
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

PythonProbe::PythonProbe(settings::World world,
                         std::shared_ptr<const Settings> settings,
                         std::unique_ptr<const io::FileReader> files)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      inventory_(&Manifest::python, inventory_codes(), std::move(files)) {}

awaitable<Observed> PythonProbe::run(RunContext context) {
  Observed seen;
  io::InventoryRequest request = request_for(world_, *settings_);
  const std::shared_ptr<const PythonManifest> taken =
      co_await inventory_.take(std::move(request), context.deadline, seen);
  if (taken == nullptr) co_return seen;

  seen = judge_environment(*taken);
  seen.facts.python = taken;
  const std::shared_ptr<const PeerView> driver = driver_with(&Manifest::python,
                                                             context.before.get(),
                                                             world_.role,
                                                             codes::kDriverNoManifest,
                                                             "Python",
                                                             seen);
  const std::size_t theirs = driver == nullptr ? 0 : driver->manifest.python->distributions.size();
  std::function<io::Comparison()> work = [driver, taken, settings = settings_] {
    return compare_with(driver, taken, settings->critical);
  };
  io::Comparison beside =
      co_await io::compared(theirs + taken->distributions.size(), std::move(work));
  seen.measurements = std::move(beside.measurements);
  std::ranges::move(beside.findings, std::back_inserter(seen.findings));
  co_return seen;
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<PythonProbe>(world,
                                       std::dynamic_pointer_cast<const Settings>(std::move(own)),
                                       std::make_unique<io::RealFiles>());
}

}  // namespace sparkwarden::probes::python
