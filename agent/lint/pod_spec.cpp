// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/pod_spec.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sparkwarden::lint {
namespace {

using yaml::Node;

constexpr std::array<std::string_view, 6> kTemplated{
    "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController"};

/// Programs whose driver runs in a pod that Spark does not build, whatever settings say.
/// Source: SparkSubmit, "Cluster deploy mode is not applicable to Spark shells", and its kin.
constexpr std::array<std::string_view, 8> kClients{"start-connect-server",
                                                   "SparkConnectServer",
                                                   "start-thriftserver",
                                                   "HiveThriftServer2",
                                                   "spark-shell",
                                                   "spark-sql",
                                                   "bin/pyspark",
                                                   "zeppelin"};

bool is_client(std::string_view text) {
  return std::ranges::any_of(kClients, [&](std::string_view client) {
    return text.find(client) != std::string_view::npos;
  });
}

const Node* pod_spec_of(const Node& object, std::string_view kind) {
  if (kind == "Pod") return object.find("spec");
  if (kind == "CronJob") return object.find({"spec", "jobTemplate", "spec", "template", "spec"});
  const bool templated = std::ranges::find(kTemplated, kind) != kTemplated.end();
  return templated ? object.find({"spec", "template", "spec"}) : nullptr;
}

/// A volume's ConfigMaps; several for a projected one.
struct ConfigVolume {
  std::string name;
  std::vector<ConfigMount> sources;
};

ConfigMount source_of(const Node& config_map) {
  ConfigMount source{.config_map = field(config_map, {"name"}),
                     .guaranteed = field(config_map, {"optional"}) != "true"};
  if (const Node* items = config_map.find("items")) {
    for (const Node& item : items->items) {
      source.items.emplace(field(item, {"key"}), field(item, {"path"}));
    }
  }
  return source;
}

std::vector<ConfigVolume> config_volumes(const Node& spec) {
  std::vector<ConfigVolume> volumes;
  const Node* list = spec.find("volumes");
  if (list == nullptr) return volumes;
  for (const Node& node : list->items) {
    ConfigVolume volume{.name = field(node, {"name"}), .sources = {}};
    if (const Node* config_map = node.find("configMap")) {
      volume.sources.push_back(source_of(*config_map));
    }
    if (const Node* sources = node.find({"projected", "sources"})) {
      for (const Node& source : sources->items) {
        const Node* config_map = source.find("configMap");
        if (config_map != nullptr) volume.sources.push_back(source_of(*config_map));
      }
      // Another source may bring the file that this one lacks.
      const bool alone = sources->items.size() == 1;
      for (ConfigMount& source : volume.sources) source.guaranteed &= alone;
    }
    if (!volume.sources.empty()) volumes.push_back(std::move(volume));
  }
  return volumes;
}

std::vector<ConfigMount> mounts_of(const Node& container,
                                   const std::vector<ConfigVolume>& volumes) {
  std::vector<ConfigMount> mounts;
  const Node* list = container.find("volumeMounts");
  if (list == nullptr) return mounts;
  for (const Node& node : list->items) {
    const auto volume = std::ranges::find(volumes, field(node, {"name"}), &ConfigVolume::name);
    if (volume == volumes.end()) continue;
    for (ConfigMount mount : volume->sources) {
      mount.path = field(node, {"mountPath"});
      mount.sub_path = field(node, {"subPath"});
      mount.guaranteed &= field(node, {"subPathExpr"}).empty();
      mounts.push_back(std::move(mount));
    }
  }
  return mounts;
}

void read_environment(const ManifestText& manifest, const Node& container, Workload& workload) {
  const Node* list = container.find("env");
  if (list == nullptr) return;
  for (const Node& variable : list->items) {
    const Node* value = variable.find("value");
    if (value == nullptr || !value->is(yaml::Kind::scalar)) continue;
    const std::string name = field(variable, {"name"});
    if (name == "SPARK_CONF_DIR") workload.conf_dir = value->text;
    if (name == "SPARK_SUBMIT_OPTIONS") {
      workload.arguments.add(submit_options(manifest, *value));
    }
  }
}

Workload workload_of(const ManifestText& manifest,
                     const Node& object,
                     const Node& container,
                     const std::vector<ConfigVolume>& volumes) {
  Workload workload{.kind = field(object, {"kind"}),
                    .name = field(object, {"metadata", "name"}),
                    .name_space = field(object, {"metadata", "namespace"}),
                    .file = manifest.path,
                    .mounts = mounts_of(container, volumes),
                    .client_mode = is_client(field(container, {"image"}))};
  read_environment(manifest, container, workload);
  SubmitArguments arguments;
  bool names_spark = false;
  for (const std::string_view list : {"command", "args"}) {
    const Node* words = container.find(list);
    if (words == nullptr) continue;
    arguments.add(submit_arguments(manifest, *words));
    for (const Node& word : words->items) {
      names_spark = names_spark || word.text.find("spark") != std::string::npos;
      workload.client_mode = workload.client_mode || is_client(word.text);
    }
  }
  // Other programs have a --conf of their own.
  if (names_spark) workload.arguments.add(std::move(arguments));
  return workload;
}

}  // namespace

std::string field(const Node& object, std::initializer_list<std::string_view> path) {
  const Node* node = object.find(path);
  return node != nullptr && node->is(yaml::Kind::scalar) ? node->text : std::string();
}

std::vector<Workload> workloads_of(const ManifestText& manifest, const Node& object) {
  const Node* spec = pod_spec_of(object, field(object, {"kind"}));
  const Node* containers = spec == nullptr ? nullptr : spec->find("containers");
  if (containers == nullptr) return {};
  const std::vector<ConfigVolume> volumes = config_volumes(*spec);
  std::vector<Workload> with_settings;
  std::vector<Workload> with_mounts;
  for (const Node& container : containers->items) {
    Workload workload = workload_of(manifest, object, container, volumes);
    if (!workload.arguments.settings.empty()) {
      with_settings.push_back(std::move(workload));
    } else if (!workload.mounts.empty() && with_mounts.empty()) {
      with_mounts.push_back(std::move(workload));
    }
  }
  return with_settings.empty() ? with_mounts : with_settings;
}

}  // namespace sparkwarden::lint
