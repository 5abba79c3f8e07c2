// SPDX-License-Identifier: Apache-2.0
#include "probes/config/probe.hpp"

#include <utility>

#include "probes/config/look.hpp"

namespace sparkwarden::probes::config {

ConfigProbe::ConfigProbe(const io::FileReader& files,
                         settings::World world,
                         std::shared_ptr<const Settings> settings)
    : files_(files), world_(std::move(world)), settings_(std::move(settings)) {}

awaitable<Observed> ConfigProbe::run(RunContext) {
  co_return look(files_, world_, *settings_);
}

std::unique_ptr<Probe> make(const settings::World& world,
                            std::shared_ptr<const settings::ProbeSettings> own) {
  static const io::RealFiles files;
  return std::make_unique<ConfigProbe>(
      files, world, std::dynamic_pointer_cast<const Settings>(std::move(own)));
}

}  // namespace sparkwarden::probes::config
