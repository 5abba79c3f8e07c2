// SPDX-License-Identifier: Apache-2.0
// A pod as Spark will send it, an executor's or a driver's in cluster mode: its template, what
// settings and Spark itself add to that, and how the API server names its parts.
// Source: docs/decisions/0013.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "probes/config/deployment.hpp"

namespace sparkwarden::probes::config {

inline constexpr std::string_view kScratchVolume = "spark-local-dir-";

/// What the two sides call the same things. Prefixes end in a dot.
struct SideNames {
  std::string_view side;           // as a word
  std::string_view template_file;  // keys
  std::string_view container_name;
  std::string_view image;
  std::string_view feature_steps;
  std::string_view volumes;  // prefixes of keys
  std::string_view secrets;
  std::string_view labels;
  std::string_view environment;
  std::string_view conf_volume;  // with Spark's own ConfigMap
};

[[nodiscard]] const SideNames& names_of(Side side);

/// A volume that Spark adds because a setting asks for it.
struct AddedVolume {
  std::string_view name;
  std::string_view path;
  std::string_view what;
  Place at = {};  // of the key
};

/// One side's pod of a deployment, which outlives it.
class SparkPod {
 public:
  SparkPod(const Deployment& deployment, Side side)
      : deployment_(&deployment), names_(&names_of(side)), side_(side) {}

  [[nodiscard]] const Deployment& deployment() const { return *deployment_; }
  [[nodiscard]] const SideNames& names() const { return *names_; }
  [[nodiscard]] bool is_driver() const { return side_ == Side::driver; }
  [[nodiscard]] const Property* setting(std::string_view key) const {
    return deployment_->setting(key);
  }

  /// The template if it is in use and was parsed to its end.
  [[nodiscard]] const PodTemplate* pod() const;
  /// Spark's container in the template; nullptr if there is none.
  [[nodiscard]] const TemplateContainer* spark() const;
  /// Where that container stands in the template, which has one.
  [[nodiscard]] std::size_t spark_index() const;
  /// Of the file that pod() comes from.
  [[nodiscard]] const std::string& template_path() const;
  /// Of the settings, which the deployment has.
  [[nodiscard]] const std::string& settings_path() const { return deployment_->defaults->path; }

  /// The volumes by property.
  [[nodiscard]] std::vector<NativeVolume> native() const;
  /// The Secrets by property: the name, and where it is mounted.
  [[nodiscard]] std::vector<Property> secrets() const;
  /// The volumes that other settings ask for.
  [[nodiscard]] std::vector<AddedVolume> added() const;
  /// The setting that names the image; nullptr if there is none.
  [[nodiscard]] const Property* image() const;
  /// Whether Spark mounts its own ConfigMap: always in a driver.
  [[nodiscard]] bool ships_conf() const;
  /// The directories of spark.local.dir, at each of which Spark mounts a scratch volume.
  [[nodiscard]] std::vector<Text> scratch_directories() const;
  /// Whether a volume of the user's, named like Spark's scratch volumes, stands in for them.
  [[nodiscard]] bool brings_scratch() const;

  /// The effect of a pod that the API server refuses, at `api_path`, with `problem`.
  [[nodiscard]] std::string refused(const std::string& api_path, const std::string& problem) const;
  /// How the API server will name container `index` of the template: Spark's own is moved to the
  /// end.
  [[nodiscard]] std::string api_container(std::size_t index) const;

 private:
  const Deployment* deployment_;
  const SideNames* names_;
  Side side_;
};

/// Whether Spark has a driver's pod to build, and something describes it: not in client mode.
[[nodiscard]] bool builds_driver(const Deployment& deployment);

/// Who wants something of the pod: a path of a container, or a name among the volumes. `added`:
/// Spark, because a setting asks for it.
enum class Owner { pod_template, native, secret, added, scratch, spark };

struct Claim {
  Owner owner = Owner::pod_template;
  std::string text = {};  // the path or name, as written
  std::string by = {};    // for people: volume "x"
  Location location = {};
  std::string api_path = {};  // how the API server names the entry; empty where it cannot be known
};

}  // namespace sparkwarden::probes::config
