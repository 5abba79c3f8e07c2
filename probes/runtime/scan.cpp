// SPDX-License-Identifier: Apache-2.0
#include "probes/runtime/scan.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "probes/runtime/find_java.hpp"
#include "probes/runtime/find_spark.hpp"
#include "probes/runtime/installation.hpp"

namespace sparkwarden::probes::runtime {

RuntimeManifest scan(const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
  const Surroundings around{.tree = tree, .place = place, .running = request.root.empty()};
  RuntimeManifest runtime;
  const SparkHome spark = find_spark(around, request.spark_home);
  runtime.incomplete = spark.incomplete;
  if (!spark.path.empty()) read_installation(tree, spark.path, runtime);
  Java java = find_java(around);
  runtime.java = std::move(java.version);
  std::ranges::move(java.incomplete, std::back_inserter(runtime.incomplete));
  runtime.complete = runtime.incomplete.empty();
  return runtime;
}

int run_child() {
  return io::run_scan_child(
      [](const io::Tree& tree, const io::Place& place, const io::ScanRequest& request) {
        return Manifest{.runtime =
                            std::make_shared<const RuntimeManifest>(scan(tree, place, request))};
      });
}

}  // namespace sparkwarden::probes::runtime
