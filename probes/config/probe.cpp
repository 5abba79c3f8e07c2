// SPDX-License-Identifier: Apache-2.0
#include "probes/config/probe.hpp"

#include <iterator>
#include <utility>

#include "agent/core/compare.hpp"
#include "agent/core/peer_view.hpp"
#include "probes/config/look.hpp"
#include "probes/config/rules.hpp"

namespace sparkwarden::probes::config {

ConfigProbe::ConfigProbe(const io::FileReader& files,
                         settings::World world,
                         std::shared_ptr<const Settings> settings)
    : files_(files), world_(std::move(world)), settings_(std::move(settings)) {}

awaitable<Observed> ConfigProbe::run(RunContext context) {
  Observed seen = look(files_, world_, *settings_);
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
