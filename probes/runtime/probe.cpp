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
    : world_(std::move(world)), settings_(std::move(settings)), files_(std::move(files)) {}

awaitable<Observed> RuntimeProbe::run(RunContext context) {
  io::InventoryRequest request = request_for(world_, *settings_);
  Result<io::Inventory> inventory =
      co_await io::take_inventory(slot_, *files_, std::move(request), context.deadline);
  if (inventory && inventory->manifest.runtime == nullptr) {
    inventory = fail(
        {"inventory.unreadable", inventory->from, "there is no runtime section in this manifest"});
  }
  Observed seen;
  if (!inventory) {
    const Error& error = inventory.error();
    seen.unlooked.push_back(io::unlooked(inventory_codes(), error));
    if (error.code == "inventory.absent") seen.again_in = io::inventory_pause(absent_runs_++);
    co_return seen;
  }

  absent_runs_ = 0;
  if (last_ == nullptr || *last_ != *inventory->manifest.runtime)
    last_ = inventory->manifest.runtime;
  seen = judge_installation(*last_);
  seen.facts.runtime = last_;
  std::vector<Finding> differences = compare_with_driver(context, seen);
  seen.measurements = measurements_of(*last_, differences);
  std::vector<Finding> shown = grouped(std::move(differences));
  std::move(shown.begin(), shown.end(), std::back_inserter(seen.findings));
  co_return seen;
}

std::vector<Finding> RuntimeProbe::compare_with_driver(const RunContext& context,
                                                       Observed& seen) const {
  const bool asked = world_.role == Role::executor && context.before != nullptr &&
                     context.before->find("peers") != nullptr;
  if (!asked) return {};
  const std::shared_ptr<const PeerView> driver = merged_facts(*context.before).driver;
  if (driver == nullptr || driver->manifest.runtime == nullptr) {
    seen.unlooked.push_back(
        unlooked(codes::kDriverNoManifest,
                 driver == nullptr ? "driver" : driver->url,
                 driver == nullptr ? "the driver's manifest has not been read yet"
                                   : "the driver's agent has no inventory of its Spark and Java"));
    return {};
  }
  const Manifest own{.runtime = last_};
  return judge_differences(compare(driver->manifest, own));
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  return std::make_unique<RuntimeProbe>(world,
                                        std::dynamic_pointer_cast<const Settings>(std::move(own)),
                                        std::make_unique<io::RealFiles>());
}

}  // namespace sparkwarden::probes::runtime
