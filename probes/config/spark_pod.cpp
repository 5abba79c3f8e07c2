// SPDX-License-Identifier: Apache-2.0
#include "probes/config/spark_pod.hpp"

#include <algorithm>
#include <array>

#include "probes/config/in_force.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

constexpr SideNames kExecutor{.side = "executor",
                              .template_file = kTemplateFileKey,
                              .container_name = kContainerNameKey,
                              .image = "spark.kubernetes.executor.container.image",
                              .feature_steps = "spark.kubernetes.executor.pod.featureSteps",
                              .volumes = kExecutorVolumes,
                              .secrets = "spark.kubernetes.executor.secrets.",
                              .labels = "spark.kubernetes.executor.label.",
                              .environment = "spark.executorEnv.",
                              .conf_volume = "spark-conf-volume-exec"};
constexpr SideNames kDriver{.side = "driver",
                            .template_file = "spark.kubernetes.driver.podTemplateFile",
                            .container_name = "spark.kubernetes.driver.podTemplateContainerName",
                            .image = "spark.kubernetes.driver.container.image",
                            .feature_steps = "spark.kubernetes.driver.pod.featureSteps",
                            .volumes = kDriverVolumes,
                            .secrets = "spark.kubernetes.driver.secrets.",
                            .labels = "spark.kubernetes.driver.label.",
                            .environment = "spark.kubernetes.driverEnv.",
                            .conf_volume = "spark-conf-volume-driver"};

/// A volume with the setting that asks for it.
struct Asked {
  std::string_view key;
  std::string_view volume;
  std::string_view path;
  std::string_view what;
};

constexpr std::array<Asked, 1> kAskedOfExecutors{{{"spark.kubernetes.executor.hadoopConfigMapName",
                                                   "hadoop-properties",
                                                   "/opt/hadoop/conf",
                                                   "Spark's copy of the Hadoop files"}}};

constexpr std::string_view kCredentials = "kubernetes-credentials";
constexpr std::string_view kCredentialsPath = "/mnt/secrets/spark-kubernetes-credentials";
constexpr std::string_view kCredentialsWhat = "Spark's Secret with the driver's credentials";
constexpr std::string_view kKeytabKey = "spark.kerberos.keytab";
constexpr std::string_view kTokenKey = "spark.kubernetes.kerberos.tokenSecret.name";

constexpr std::array<Asked, 10> kAskedOfDrivers{
    {{"spark.kubernetes.authenticate.driver.oauthToken",
      kCredentials,
      kCredentialsPath,
      kCredentialsWhat},
     {"spark.kubernetes.authenticate.driver.caCertFile",
      kCredentials,
      kCredentialsPath,
      kCredentialsWhat},
     {"spark.kubernetes.authenticate.driver.clientKeyFile",
      kCredentials,
      kCredentialsPath,
      kCredentialsWhat},
     {"spark.kubernetes.authenticate.driver.clientCertFile",
      kCredentials,
      kCredentialsPath,
      kCredentialsWhat},
     {"spark.kubernetes.hadoop.configMapName",
      "hadoop-properties",
      "/opt/hadoop/conf",
      "the ConfigMap with the Hadoop files"},
     {"spark.kubernetes.kerberos.krb5.configMapName",
      "krb5-file",
      "/etc/krb5.conf",
      "the ConfigMap with krb5.conf"},
     {"spark.kubernetes.kerberos.krb5.path",
      "krb5-file",
      "/etc/krb5.conf",
      "Spark's copy of krb5.conf"},
     {kKeytabKey, "kerberos-keytab", "/mnt/secrets/kerberos-keytab", "Spark's copy of the keytab"},
     {kTokenKey,
      "hadoop-secret",
      "/mnt/secrets/hadoop-credentials",
      "the Secret with delegation tokens"},
     {kExecutor.template_file,
      "pod-template-volume",
      "/opt/spark/pod-template",
      "Spark's copy of the executors' pod template"}}};

std::string_view text_of(const Property* property) {
  return property == nullptr ? std::string_view() : std::string_view(property->value.text);
}

/// A keytab that the submitter has goes into a Secret; one with local: is in the image.
bool ships_keytab(const SparkPod& pod) {
  const Property* keytab = pod.setting(kKeytabKey);
  return keytab != nullptr && !keytab->value.text.starts_with("local:");
}

bool is_added(const SparkPod& pod, const Asked& asked) {
  if (pod.setting(asked.key) == nullptr) return false;
  if (asked.key == kKeytabKey) return ships_keytab(pod);
  return asked.key != kTokenKey || !ships_keytab(pod);
}

template <std::size_t N>
std::vector<AddedVolume> added_of(const SparkPod& pod, const std::array<Asked, N>& all) {
  std::vector<AddedVolume> added;
  for (const Asked& asked : all) {
    const bool known = !added.empty() && added.back().name == asked.volume;
    if (known || !is_added(pod, asked)) continue;
    added.push_back({asked.volume, asked.path, asked.what, pod.setting(asked.key)->key.at});
  }
  return added;
}

}  // namespace

const SideNames& names_of(Side side) {
  return side == Side::driver ? kDriver : kExecutor;
}

const PodTemplate* SparkPod::pod() const {
  return deployment_->pod(side_);
}

const TemplateContainer* SparkPod::spark() const {
  const PodTemplate* template_ = pod();
  if (template_ == nullptr) return nullptr;
  const auto index = spark_container(*template_, text_of(setting(names_->container_name)));
  return index ? &template_->containers[*index] : nullptr;
}

std::size_t SparkPod::spark_index() const {
  return static_cast<std::size_t>(spark() - pod()->containers.data());
}

const std::string& SparkPod::template_path() const {
  return is_driver() ? deployment_->driver_template->path : deployment_->pod_template->path;
}

std::vector<NativeVolume> SparkPod::native() const {
  const auto& defaults = deployment_->defaults;
  return defaults ? native_volumes(defaults->content, names_->volumes)
                  : std::vector<NativeVolume>();
}

std::vector<Property> SparkPod::secrets() const {
  std::vector<Property> secrets;
  if (!deployment_->defaults) return secrets;
  for (const Property* property : in_force(deployment_->defaults->content)) {
    const std::string& key = property->key.text;
    if (!key.starts_with(names_->secrets)) continue;
    secrets.push_back({{key.substr(names_->secrets.size()), property->key.at}, property->value});
  }
  return secrets;
}

std::vector<AddedVolume> SparkPod::added() const {
  return is_driver() ? added_of(*this, kAskedOfDrivers) : added_of(*this, kAskedOfExecutors);
}

const Property* SparkPod::image() const {
  const Property* own = setting(names_->image);
  return own != nullptr ? own : setting("spark.kubernetes.container.image");
}

bool SparkPod::ships_conf() const {
  return is_driver() || !deployment_->is_true(kDisableConfigMapKey);
}

std::vector<Text> SparkPod::scratch_directories() const {
  const Property* local = setting("spark.local.dir");
  if (local == nullptr || has_variable(local->value.text)) return {};
  std::vector<Text> directories;
  for (std::string_view rest = local->value.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    directories.push_back({std::string(rest.substr(0, end)), local->value.at});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return directories;
}

bool SparkPod::brings_scratch() const {
  const auto scratch = [](std::string_view name) { return name.starts_with(kScratchVolume); };
  const TemplateContainer* container = spark();
  const std::vector<NativeVolume> volumes = native();
  return std::any_of(volumes.begin(),
                     volumes.end(),
                     [&](const NativeVolume& volume) { return scratch(volume.name); }) ||
         (container != nullptr &&
          std::any_of(container->mounts.begin(),
                      container->mounts.end(),
                      [&](const TemplateMount& mount) { return scratch(mount.volume.text); }));
}

std::string SparkPod::refused(const std::string& api_path, const std::string& problem) const {
  const std::string words = "\"" + api_path + ": " + problem + "\"";
  if (is_driver()) {
    return "spark-submit fails: the API server refuses the driver's pod with " + words;
  }
  // Both seen: docs/decisions/0016.
  return "executors never start: the API server refuses their pods with " + words +
         "; the driver logs \"Exception when notifying snapshot subscriber.\" again and again (up "
         "to "
         "Spark 4.1), or \"Failed to create executor pod\" until it ends with exit code 11 (since "
         "4.2)";
}

std::string SparkPod::api_container(std::size_t index) const {
  const std::size_t spark_at = spark_index();
  const std::size_t place =
      index == spark_at ? pod()->containers.size() - 1 : index - (index > spark_at ? 1U : 0U);
  return "spec.containers[" + std::to_string(place) + "]";
}

bool builds_driver(const Deployment& deployment) {
  const std::string_view mode = text_of(deployment.setting("spark.submit.deployMode"));
  if (!deployment.may_build_driver || mode == "client") return false;
  if (mode == "cluster" || deployment.pod(Side::driver) != nullptr) return true;
  if (!deployment.defaults) return false;
  const auto& entries = deployment.defaults->content.entries;
  return std::any_of(entries.begin(), entries.end(), [](const Property& each) {
    const std::string_view key = each.key.text;
    return key == kDriver.template_file || key.starts_with(kDriver.volumes) ||
           key.starts_with(kDriver.secrets) || key.starts_with(kDriver.labels);
  });
}

}  // namespace sparkwarden::probes::config
