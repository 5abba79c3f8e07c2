// SPDX-License-Identifier: Apache-2.0
// The executor pod template as a value: containers, their mounts and the pod's volumes, each with
// its place, and why Spark's loader would refuse it. Leaves every judgement about mounts to the
// rules.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/yaml_tree.hpp"
#include "probes/config/place.hpp"

namespace sparkwarden::probes::config {

struct NfsSource {
  Text server = {};
  Text path = {};
  bool read_only = false;

  bool operator==(const NfsSource&) const = default;
};

struct TemplateVolume {
  Text name = {};
  std::string kind = {};  // nfs, emptyDir, configMap, ...; empty when none is given
  std::optional<NfsSource> nfs = {};
  Text source = {};  // claimName of a claim, path of a hostPath

  bool operator==(const TemplateVolume&) const = default;
};

struct TemplateMount {
  Text volume = {};
  Text path = {};
  std::string sub_path = {};
  bool sub_path_expr = false;  // the path below the volume is known only in the container
  bool read_only = false;

  bool operator==(const TemplateMount&) const = default;
};

/// A name with a value: an environment variable or a label. `value` is empty where it comes from
/// elsewhere (valueFrom).
struct TemplateEntry {
  Text name = {};
  Text value = {};

  bool operator==(const TemplateEntry&) const = default;
};

struct TemplateContainer {
  Text name = {};
  std::vector<TemplateMount> mounts = {};
  Text image = {};
  std::vector<Text> command = {};
  std::vector<Text> args = {};
  std::vector<TemplateEntry> env = {};
  Text restart_policy = {};  // Always: an init container that is a native sidecar

  bool operator==(const TemplateContainer&) const = default;
};

/// Why Spark cannot load the template. `related` is a second place, such as a key's first use.
struct TemplateProblem {
  enum class Kind { malformed, declined };  // declined: legal, but not followed here
  Kind kind = Kind::malformed;
  Place at = {};
  std::string reason = {};
  Place related = {};

  bool operator==(const TemplateProblem&) const = default;
};

struct PodTemplate {
  std::vector<TemplateContainer> containers = {};
  std::vector<TemplateContainer> init_containers = {};
  std::vector<TemplateVolume> volumes = {};
  std::vector<TemplateEntry> labels = {};
  Text restart_policy = {};
  Text service_account = {};  // the deprecated field, which wins over the other
  Text service_account_name = {};
  std::size_t keys = 0;  // mapping entries in the whole file
  std::vector<TemplateProblem> problems = {};

  [[nodiscard]] const TemplateVolume* volume(std::string_view name) const;

  bool operator==(const PodTemplate&) const = default;
};

/// The template in `text`, YAML or JSON. With problems, the rest of the value is empty.
/// Source: Spark's KubernetesUtils.loadPodFromTemplate; fabric8's loader on snakeyaml-engine.
[[nodiscard]] PodTemplate parse_pod_template(std::string_view text);

/// The pod of a document that was parsed already; every part keeps its place there.
[[nodiscard]] PodTemplate read_pod(const yaml::Node& document);

/// Which of `containers` is Spark's: the only one called `wanted`, else the first; nullopt if there
/// are none (Spark then adds its own).
[[nodiscard]] std::optional<std::size_t> spark_container(const PodTemplate& pod,
                                                         std::string_view wanted);

/// Whether exactly one container is called `wanted`, as podTemplateContainerName needs it.
[[nodiscard]] bool has_one_container(const PodTemplate& pod, std::string_view wanted);

}  // namespace sparkwarden::probes::config
