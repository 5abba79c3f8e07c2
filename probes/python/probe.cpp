// SPDX-License-Identifier: Apache-2.0
#include "probes/python/probe.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

#include "agent/core/peer_view.hpp"
#include "agent/io/inventory.hpp"
#include "agent/io/inventory_variables.hpp"
#include "agent/io/worker.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/measures.hpp"
#include "probes/python/rules.hpp"
#include "probes/python/scan.hpp"

namespace sparkwarden::probes::python {
namespace {

constexpr std::size_t kComparedHere = 1'000;  // packages of both; more would hold the loop

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
Beside hold_beside(const std::shared_ptr<const PeerView>& driver,
                   const std::shared_ptr<const PythonManifest>& own,
                   const std::vector<std::string>& critical) {
  std::vector<Finding> differences;
  if (driver != nullptr) {
    differences = judge_differences(compare(driver->manifest, {.python = own}), critical);
  }
  Beside all{.shown = {}, .measurements = measurements_of(*own, differences)};
  all.shown = grouped(std::move(differences));
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
  const std::shared_ptr<const PeerView> driver = driver_for(context, seen);
  Beside beside = co_await compared(driver, taken);
  seen.measurements = std::move(beside.measurements);
  std::ranges::move(beside.shown, std::back_inserter(seen.findings));
  co_return seen;
}

/// nullptr: there is nobody to compare with, and why is told where that is wrong.
std::shared_ptr<const PeerView> PythonProbe::driver_for(const RunContext& context,
                                                        Observed& seen) const {
  const auto driver = driver_of(context.before.get(), world_.role);
  if (!driver) return nullptr;
  if (*driver == nullptr || (*driver)->manifest.python == nullptr) {
    seen.unlooked.push_back(no_driver_section(codes::kDriverNoManifest, driver->get(), "Python"));
    return nullptr;
  }
  return *driver;
}

/// The other side may list packages by the thousands, and none that is here.
awaitable<Beside> PythonProbe::compared(std::shared_ptr<const PeerView> driver,
                                        std::shared_ptr<const PythonManifest> own) const {
  const std::size_t theirs = driver == nullptr ? 0 : driver->manifest.python->distributions.size();
  if (theirs + own->distributions.size() <= kComparedHere)
    co_return hold_beside(driver, own, settings_->critical);
  std::function<Beside()> work = [driver, own, settings = settings_] {
    return hold_beside(driver, own, settings->critical);
  };
  Beside made = co_await io::on_worker<Beside>(std::move(work));
  co_return made;
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<PythonProbe>(world,
                                       std::dynamic_pointer_cast<const Settings>(std::move(own)),
                                       std::make_unique<io::RealFiles>());
}

}  // namespace sparkwarden::probes::python
