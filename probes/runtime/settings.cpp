// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/settings.hpp"

namespace sparkwarden::probes::runtime {

void Settings::bind(settings::Binder& binder) {
  binder.key("source",
             source,
             "proc (the Spark process), file (what `wait --manifest` wrote), root (paths.root); "
             "auto: proc where it may be looked at, else file");
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

}  // namespace sparkwarden::probes::runtime
