// SPDX-License-Identifier: Apache-2.0
#include "probes/python/settings.hpp"

namespace sparkwarden::probes::python {

void Settings::bind(settings::Binder& binder) {
  binder.key("source",
             source,
             "proc (the Spark process), file (what `wait --manifest` wrote), root (paths.root); "
             "auto: proc where it may be looked at, else file");
  binder.key("interpreter", interpreter, "path or name; auto: PYSPARK_PYTHON, else python3");
  binder.key("critical", critical, "packages that UDFs need: missing in an executor is an error");
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

}  // namespace sparkwarden::probes::python
