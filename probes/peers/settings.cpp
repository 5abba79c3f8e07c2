// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/settings.hpp"

namespace sparkwarden::probes::peers {

void Settings::bind(settings::Binder& binder) {
  binder.key("driver_url",
             driver_url,
             "the driver's agent, host or http URL, port 9797 unless given; empty: "
             "SPARKWARDEN_DRIVER_URL");
  binder.key("kubernetes_api",
             kubernetes_api,
             "else the address of the pod that owns this one, from the Kubernetes API (two GETs; "
             "needs `get` on pods)");
  binder.key("proc", proc, "else the host in SPARK_DRIVER_URL of the Spark process, once it runs");
  binder.key("token_file",
             token_file,
             "file with the bearer token that the driver's web.token_file asks for; empty: none");
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

}  // namespace sparkwarden::probes::peers
