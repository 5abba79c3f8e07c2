// SPDX-License-Identifier: Apache-2.0
#include "tests/support/podman_yaml.hpp"

#include <stdexcept>

namespace sparkwarden::tests {
namespace {

constexpr const char* kMessagePath = "/dev/termination-log";  // Kubernetes' default

YAML::Node host_path(const std::string& name, const std::string& path, const char* type) {
  YAML::Node volume;
  volume["name"] = name;
  volume["hostPath"]["path"] = path;
  volume["hostPath"]["type"] = type;
  return volume;
}

/// metadata.namespace is the one field of the downward API in our YAML that podman refuses.
void name_the_namespace(YAML::Node container) {
  for (YAML::Node variable : container["env"]) {
    const YAML::Node field = value_at(variable, {"valueFrom", "fieldRef", "fieldPath"});
    if (!field || field.as<std::string>() != "metadata.namespace") continue;
    variable.remove("valueFrom");
    variable["value"] = "spark";
  }
}

YAML::Node container_for_podman(const YAML::Node& container, const PodPlaces& places) {
  YAML::Node changed = YAML::Clone(container);
  // A published port would be one of this machine; the rest is what the kubelet does.
  for (const char* key :
       {"ports", "lifecycle", "startupProbe", "readinessProbe", "livenessProbe", "restartPolicy"}) {
    changed.remove(key);
  }
  changed["image"] = places.images.at(changed["image"].as<std::string>());
  changed["imagePullPolicy"] = "Never";
  if (changed["env"]) name_the_namespace(changed);
  YAML::Node message;
  message["name"] = "message-" + changed["name"].as<std::string>();
  message["mountPath"] = kMessagePath;
  changed["volumeMounts"].push_back(message);
  return changed;
}

}  // namespace

YAML::Node value_at(const YAML::Node& node, std::initializer_list<const char*> keys) {
  YAML::Node at = node;
  for (const char* key : keys) {
    if (!at || !at.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    const YAML::Node& read = at;  // what is only asked for must not be made
    const YAML::Node below = read[key];
    if (!below) return YAML::Node(YAML::NodeType::Undefined);
    at.reset(below);
  }
  return at;
}

std::string for_podman(const YAML::Node& pod, const PodPlaces& places) {
  YAML::Node changed;
  changed["apiVersion"] = "v1";
  changed["kind"] = "Pod";
  changed["metadata"] = pod["metadata"];
  // With any other policy podman 4.3 would restart what has ended.
  changed["spec"]["restartPolicy"] = "Never";
  for (const char* list : {"initContainers", "containers"}) {
    for (const YAML::Node& container : pod["spec"][list]) {
      const auto name = container["name"].as<std::string>();
      changed["spec"]["containers"].push_back(container_for_podman(container, places));
      changed["spec"]["volumes"].push_back(
          host_path("message-" + name, (places.messages / name).string(), "File"));
    }
  }
  for (const YAML::Node& volume : pod["spec"]["volumes"]) {
    const auto name = volume["name"].as<std::string>();
    changed["spec"]["volumes"].push_back(
        host_path(name, (places.volumes / name).string(), "Directory"));
  }
  return YAML::Dump(changed);
}

}  // namespace sparkwarden::tests
