// SPDX-License-Identifier: Apache-2.0
// A pod in Kubernetes' YAML, changed as little as podman 4.3 needs to make its containers.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>

#include <yaml-cpp/yaml.h>

namespace sparkwarden::tests {

/// Where things of the pod are on this machine.
struct PodPlaces {
  std::filesystem::path volumes;   // a directory for each volume, by name
  std::filesystem::path messages;  // a file for each container, by name: its termination message
  std::map<std::string, std::string> images;  // the image of the YAML, and the one to take
};

/// The value below these keys; one that is false where there is none.
[[nodiscard]] YAML::Node value_at(const YAML::Node& node, std::initializer_list<const char*> keys);

/// `pod` for `podman play kube`. What podman does not know is left to who starts the containers:
/// init containers stand in front of the others, in their order; hooks, probes and ports are gone.
/// Errors: throws at a volume or an image that it has no place for.
[[nodiscard]] std::string for_podman(const YAML::Node& pod, const PodPlaces& places);

}  // namespace sparkwarden::tests
