// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/spark_application.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/lint/pod_spec.hpp"

namespace sparkwarden::lint {
namespace {

using yaml::Node;

/// `prefix` + key = value, for each entry of a mapping in place.
void add_settings(const ManifestText& manifest,
                  const Node* mapping,
                  std::string_view prefix,
                  SubmitArguments& arguments) {
  if (mapping == nullptr) return;
  for (const yaml::Entry& entry : mapping->entries) {
    const auto at = [&](const Node& node) {
      return manifest.locate(node, {1, 1, 1 + static_cast<int>(node.text.size())});
    };
    arguments.settings.push_back(
        {.key = std::string(prefix) + entry.key.text,
         .value = entry.value.text,
         .key_at = at(entry.key),
         .value_at = entry.value.is(yaml::Kind::scalar) ? at(entry.value) : at(entry.key)});
  }
}

/// The operator passes them as --conf, before sparkConf.
void add_images(const ManifestText& manifest, const Node& spec, SubmitArguments& arguments) {
  const std::pair<const Node*, std::string_view> images[] = {
      {spec.find("image"), "spark.kubernetes.container.image"},
      {spec.find({"driver", "image"}), "spark.kubernetes.driver.container.image"},
      {spec.find({"executor", "image"}), "spark.kubernetes.executor.container.image"}};
  for (const auto& [node, key] : images) {
    if (node == nullptr || !node->is(yaml::Kind::scalar)) continue;
    const int length = static_cast<int>(node->text.size());
    const Location at = manifest.locate(*node, {1, 1, 1 + length});
    arguments.settings.push_back(
        {.key = std::string(key), .value = node->text, .key_at = at, .value_at = at});
  }
}

Node mapping_at(const Node& place) {
  Node node;
  node.kind = yaml::Kind::mapping;
  node.line = place.line;
  node.column = place.column;
  return node;
}

void put(Node& mapping, std::string key, Node value) {
  Node name;
  name.kind = yaml::Kind::scalar;
  name.text = std::move(key);
  name.line = mapping.line;
  name.column = mapping.column;
  mapping.entries.push_back({std::move(name), std::move(value)});
}

Node list_of(const Node* first, const Node* second, const Node& place) {
  Node list = mapping_at(place);
  list.kind = yaml::Kind::sequence;
  for (const Node* part : {first, second}) {
    if (part == nullptr) continue;
    list.items.insert(list.items.end(), part->items.begin(), part->items.end());
  }
  return list;
}

using Names = std::set<std::string_view>;

/// The volumes that `container`, or the section of a side, mounts.
void add_mounts(const Node& container, Names& names) {
  const Node* mounts = container.find("volumeMounts");
  if (mounts == nullptr) return;
  for (const Node& mount : mounts->items) {
    if (const Node* name = mount.find("name")) names.insert(name->text);
  }
}

/// The volumes that any container of `side`, the section of a driver or of executors, mounts.
Names mounted_by(const Node& side) {
  Names names;
  add_mounts(side, names);
  for (const Node* list : {side.find("sidecars"),
                           side.find("initContainers"),
                           side.find({"template", "spec", "containers"}),
                           side.find({"template", "spec", "initContainers"})}) {
    if (list == nullptr) continue;
    for (const Node& container : list->items) add_mounts(container, names);
  }
  return names;
}

/// The application's volumes for a side: the webhook gives each pod what it mounts. One that
/// neither mounts is left to executors, to be told of once.
std::optional<Node> volumes_for(const Node& spec, const Node& side, const Node* driver) {
  const Node* volumes = spec.find("volumes");
  if (volumes == nullptr || !volumes->is(yaml::Kind::sequence)) return std::nullopt;
  const Names ours = mounted_by(side);
  const Names drivers = driver == nullptr ? Names() : mounted_by(*driver);
  Node own = *volumes;
  std::erase_if(own.items, [&](const Node& volume) {
    const std::string name = field(volume, {"name"});
    return !ours.contains(name) && (&side == driver || drivers.contains(name));
  });
  return own;
}

/// One side's pod as the operator's webhook completes it: its own template (since 2.0), the
/// application's volumes and the side's mounts. Nodes keep their places.
Node pod_of(const Node& spec, const Node& side, std::string container_name) {
  const Node* template_containers = side.find({"template", "spec", "containers"});
  const Node* of_template = nullptr;
  if (template_containers != nullptr && !template_containers->items.empty()) {
    of_template = template_containers->items.front().find("volumeMounts");
  }
  Node name;
  name.kind = yaml::Kind::scalar;
  name.text = std::move(container_name);
  name.line = side.line;
  name.column = side.column;
  Node container = mapping_at(side);
  put(container, "name", std::move(name));
  put(container, "volumeMounts", list_of(of_template, side.find("volumeMounts"), side));
  Node containers = mapping_at(side);
  containers.kind = yaml::Kind::sequence;
  containers.items.push_back(std::move(container));
  if (const Node* sidecars = side.find("sidecars")) {
    containers.items.insert(containers.items.end(), sidecars->items.begin(), sidecars->items.end());
  }
  Node pod_spec = mapping_at(spec);
  put(pod_spec, "containers", std::move(containers));
  if (const Node* init = side.find("initContainers")) put(pod_spec, "initContainers", *init);
  const std::optional<Node> volumes = volumes_for(spec, side, spec.find("driver"));
  put(pod_spec,
      "volumes",
      list_of(side.find({"template", "spec", "volumes"}), volumes ? &*volumes : nullptr, spec));
  Node pod = mapping_at(spec);
  put(pod, "spec", std::move(pod_spec));
  return pod;
}

/// nullopt where the application has no such section, or one that the operator refuses.
std::optional<TemplateFile> template_of(const ManifestText& manifest,
                                        const Node& spec,
                                        std::string_view side) {
  const Node* section = spec.find(side);
  if (section == nullptr || !section->is(yaml::Kind::mapping)) return std::nullopt;
  const Node pod = pod_of(spec, *section, "spark-kubernetes-" + std::string(side));
  TemplateFile file{manifest.path, probes::config::read_pod(pod)};
  return file.content.problems.empty() ? std::optional(std::move(file)) : std::nullopt;
}

void add_config_map(const Node& spec, std::string_view key, std::string path, Workload& workload) {
  const std::string name = field(spec, {key});
  if (!name.empty()) workload.mounts.push_back({.config_map = name, .path = std::move(path)});
}

}  // namespace

std::vector<Workload> spark_applications_of(const ManifestText& manifest, const Node& object) {
  const std::string kind = field(object, {"kind"});
  const bool scheduled = kind == "ScheduledSparkApplication";
  if (!scheduled && kind != "SparkApplication") return {};
  const Node* spec = scheduled ? object.find({"spec", "template"}) : object.find("spec");
  if (spec == nullptr || !spec->is(yaml::Kind::mapping)) return {};
  Workload workload{.kind = kind,
                    .name = field(object, {"metadata", "name"}),
                    .name_space = field(object, {"metadata", "namespace"}),
                    .file = manifest.path,
                    .reads_defaults = false,
                    .spark_version = field(*spec, {"sparkVersion"})};
  add_images(manifest, *spec, workload.arguments);
  add_settings(manifest, spec->find("sparkConf"), "", workload.arguments);
  add_settings(manifest, spec->find("hadoopConf"), "spark.hadoop.", workload.arguments);
  add_config_map(*spec, "sparkConfigMap", "/etc/spark/conf", workload);
  add_config_map(*spec, "hadoopConfigMap", "/etc/hadoop/conf", workload);
  const std::string mode = field(*spec, {"mode"});
  workload.client_mode = !mode.empty() && mode != "cluster";
  workload.executors = template_of(manifest, *spec, "executor");
  workload.driver = template_of(manifest, *spec, "driver");
  return {std::move(workload)};
}

}  // namespace sparkwarden::lint
