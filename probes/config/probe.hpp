// SPDX-License-Identifier: Apache-2.0
// The probe `config`: reads the mounted configuration files and lets the rules judge them.
#pragma once

#include <memory>
#include <string_view>

#include "agent/config/world.hpp"
#include "agent/io/directory_watch.hpp"
#include "agent/io/files.hpp"
#include "agent/io/probe.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/measures.hpp"
#include "probes/config/settings.hpp"

namespace sparkwarden::probes::config {

class ConfigProbe final : public Probe {
 public:
  /// `files` outlives the probe.
  ConfigProbe(const io::FileReader& files,
              settings::World world,
              std::shared_ptr<const Settings> settings);

  [[nodiscard]] std::string_view name() const override { return "config"; }
  [[nodiscard]] awaitable<Observed> run(RunContext context) override;
  /// A ConfigMap volume was swapped, or a file of the watched directories was written.
  [[nodiscard]] awaitable<bool> changed() override { return watch_.changed(); }

 private:
  const io::FileReader& files_;
  settings::World world_;
  std::shared_ptr<const Settings> settings_;
  io::DirectoryWatch watch_;
};

/// The probe on the files of this container. `own` is what make_settings() made.
[[nodiscard]] std::unique_ptr<Probe> make(const settings::World& world,
                                          std::shared_ptr<const settings::ProbeSettings> own);

}  // namespace sparkwarden::probes::config
