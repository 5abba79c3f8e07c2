// SPDX-License-Identifier: Apache-2.0
// The settings of the probe `peers`, each with its default.
#pragma once

#include <memory>
#include <string>

#include "agent/config/config.hpp"

namespace sparkwarden::probes::peers {

struct Settings final : settings::ProbeSettings {
  std::string driver_url = {};  // empty: SPARKWARDEN_DRIVER_URL
  bool kubernetes_api = false;  // else the owner of this pod, by two GETs of pods
  bool proc = true;             // else SPARK_DRIVER_URL of the Spark process
  std::string token_file = {};  // what the driver's web.token_file asks for; empty: none

  void bind(settings::Binder& binder) override;
};

[[nodiscard]] std::shared_ptr<settings::ProbeSettings> make_settings();

}  // namespace sparkwarden::probes::peers
