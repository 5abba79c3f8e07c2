// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/take_manifest.hpp"

#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

#include <unistd.h>

#include "agent/core/role.hpp"
#include "agent/io/inventory_variables.hpp"
#include "agent/io/tree.hpp"
#include "probes/python/scan.hpp"
#include "probes/runtime/scan.hpp"

namespace sparkwarden::commands {
namespace {

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

ManifestPod this_pod(const Environment& environment) {
  const std::string role = value_of(environment, "SPARKWARDEN_ROLE");
  return {.role = role.empty() ? value_of(environment, "SPARKWARDEN_SPARK_ROLE") : role,
          .uid = value_of(environment, "SPARKWARDEN_POD_UID"),
          .app_id = value_of(environment, "SPARKWARDEN_APP_ID"),
          .user = std::to_string(::geteuid()) + ":" + std::to_string(::getegid())};
}

Manifest nothing_but(const std::string& reason) {
  Manifest manifest;
  manifest.python = std::make_shared<const PythonManifest>(
      PythonManifest{.complete = false, .incomplete = {reason}});
  manifest.runtime = std::make_shared<const RuntimeManifest>(
      RuntimeManifest{.complete = false, .incomplete = {reason}});
  return manifest;
}

Manifest scan(const io::Place& place, const io::ScanRequest& request) {
  const auto tree = io::Tree::open(place.root);
  if (!tree) return nothing_but(place.root + ": " + tree.error().detail);
  Manifest manifest;
  manifest.python =
      std::make_shared<const PythonManifest>(probes::python::scan(*tree, place, request));
  manifest.runtime =
      std::make_shared<const RuntimeManifest>(probes::runtime::scan(*tree, place, request));
  return manifest;
}

}  // namespace

Manifest take_manifest(const TakeOptions& options, const Environment& environment) {
  io::Place place{.root = std::filesystem::absolute(options.root).lexically_normal().string()};
  const bool own = place.root == "/";
  const ManifestPod pod = own ? this_pod(environment) : ManifestPod{};
  if (own) {
    place.environment = io::inventory_variables(environment);
    place.working_directory = std::filesystem::current_path().string();
  }
  const io::ScanRequest request{
      .root = place.root,
      .interpreter = options.python,
      .spark_home = options.spark_home,
      .driver = driver_side(role_from(pod.role).value_or(Role::executor))};
  Manifest manifest;
  try {
    manifest = scan(place, request);
  } catch (const std::exception& error) {  // memory: an inventory never fails a pod
    manifest = nothing_but(error.what());
  }
  manifest.agent_version = SPARKWARDEN_VERSION;
  manifest.pod = pod;
  return manifest;
}

bool is_complete(const Manifest& manifest) {
  return manifest.python != nullptr && manifest.python->complete && manifest.runtime != nullptr &&
         manifest.runtime->complete;
}

}  // namespace sparkwarden::commands
