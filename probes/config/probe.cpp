// SPDX-License-Identifier: Apache-2.0
#include "probes/config/probe.hpp"

#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/compare.hpp"
#include "agent/core/peer_view.hpp"
#include "probes/config/expected_files.hpp"
#include "probes/config/look.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {

namespace {

/// Those of the files that the role or the settings name; a template elsewhere waits for the
/// period.
std::vector<std::string> watched_directories(const settings::World& world,
                                             const Settings& settings) {
  std::set<std::string> directories{conf_dir(world)};
  for (const ExpectedFile& file : expected_files(world, settings)) {
    directories.insert(file.path.substr(0, file.path.rfind('/')));
  }
  return {directories.begin(), directories.end()};
}

}  // namespace

ConfigProbe::ConfigProbe(const io::FileReader& files,
                         settings::World world,
                         std::shared_ptr<const Settings> settings)
    : files_(files),
      world_(std::move(world)),
      settings_(std::move(settings)),
      watch_(watched_directories(world_, *settings_), [this](const std::string& directory) {
        return may_touch(files_, world_, directory);
      }) {}

awaitable<Observed> ConfigProbe::run(RunContext context) {
  const std::shared_ptr<const RuntimeManifest> spark =
      context.before == nullptr ? nullptr : merged_facts(*context.before).runtime;
  Observed seen = look(files_, world_, *settings_, spark.get());
  const auto driver = driver_of(context.before.get(), world_.role);
  if (driver && *driver != nullptr) {
    const Manifest own{.config = seen.facts.config_digests};
    std::vector<Finding> findings = judge_differences(compare((*driver)->manifest, own));
    std::move(findings.begin(), findings.end(), std::back_inserter(seen.findings));
  }
  co_return seen;
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  static const io::RealFiles files;
  return std::make_unique<ConfigProbe>(
      files, world, std::dynamic_pointer_cast<const Settings>(std::move(own)));
}

}  // namespace sparkwarden::probes::config
