// SPDX-License-Identifier: Apache-2.0
#include "probes/config/executor_pod.hpp"

#include <algorithm>

#include "probes/config/in_force.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {

std::string api_words(const std::string& api_path, const std::string& problem) {
  // Both seen: docs/decisions/0016.
  return "executors never start: the API server refuses their pods with \"" + api_path + ": " +
         problem +
         "\"; the driver logs \"Exception when notifying snapshot subscriber.\" again and again "
         "(up to "
         "Spark 4.1), or \"Failed to create executor pod\" until it ends with exit code 11 (since "
         "4.2)";
}

bool ships_conf(const Deployment& deployment) {
  return !deployment.is_true(kDisableConfigMapKey);
}

std::string api_container(const PodTemplate& pod, std::size_t index, std::size_t spark) {
  const std::size_t place =
      index == spark ? pod.containers.size() - 1 : index - (index > spark ? 1U : 0U);
  return "spec.containers[" + std::to_string(place) + "]";
}

std::size_t spark_index(const Deployment& deployment) {
  return static_cast<std::size_t>(deployment.spark() - deployment.pod()->containers.data());
}

std::vector<Text> scratch_directories(const Deployment& deployment) {
  const Property* setting = deployment.setting("spark.local.dir");
  if (setting == nullptr || has_variable(setting->value.text)) return {};
  std::vector<Text> directories;
  for (std::string_view rest = setting->value.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    directories.push_back({std::string(rest.substr(0, end)), setting->value.at});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return directories;
}

bool brings_scratch(const Deployment& deployment) {
  const auto scratch = [](std::string_view name) { return name.starts_with(kScratchVolume); };
  const TemplateContainer* spark = deployment.spark();
  const std::vector<NativeVolume> native = deployment.native();
  return std::any_of(native.begin(),
                     native.end(),
                     [&](const NativeVolume& volume) { return scratch(volume.name); }) ||
         (spark != nullptr &&
          std::any_of(spark->mounts.begin(), spark->mounts.end(), [&](const TemplateMount& mount) {
            return scratch(mount.volume.text);
          }));
}

std::vector<Property> secrets_of(const Deployment& deployment) {
  std::vector<Property> secrets;
  if (!deployment.defaults) return secrets;
  constexpr std::string_view kSecrets = "spark.kubernetes.executor.secrets.";
  for (const Property* property : in_force(deployment.defaults->content)) {
    const std::string& key = property->key.text;
    if (!key.starts_with(kSecrets)) continue;
    secrets.push_back({{key.substr(kSecrets.size()), property->key.at}, property->value});
  }
  return secrets;
}

}  // namespace sparkwarden::probes::config
