// SPDX-License-Identifier: Apache-2.0
// The parsed files of one deployment side by side, and what follows from them for an executor pod:
// the common ground of the rules and of the facts handed to other probes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/config/hadoop_includes.hpp"
#include "probes/config/hadoop_xml.hpp"
#include "probes/config/native_volumes.hpp"
#include "probes/config/pod_template.hpp"
#include "probes/config/properties.hpp"

namespace sparkwarden::probes::config {

struct DefaultsFile {
  std::string path = {};
  Properties content = {};
};

/// `content` has the properties of included files in their place; `file` of each says which.
struct CoreSiteFile {
  std::string path = {};
  HadoopXml content = {};
  std::vector<IncludeTrouble> troubles = {};

  /// The file that `property` stands in.
  [[nodiscard]] const std::string& path_of(const HadoopProperty& property) const {
    return property.file.empty() ? path : property.file;
  }
};

struct TemplateFile {
  std::string path = {};
  PodTemplate content = {};
};

/// Whose pod it is.
enum class Side { executor, driver };

/// What was found and could be parsed. `template_in_use` tells whether something refers to the
/// executors' template: one that merely lies there clashes with nothing.
struct Deployment {
  std::optional<DefaultsFile> defaults = {};
  std::optional<CoreSiteFile> core_site = {};
  std::optional<TemplateFile> pod_template = {};
  bool template_in_use = false;
  std::optional<TemplateFile> driver_template = {};  // that something refers to
  /// false in client mode and where the driver's pod exists already: Spark builds none.
  bool may_build_driver = true;
  /// What other places say about the same application and what is not in force, such as a defaults
  /// file whose settings arguments override. Only compared.
  std::vector<DefaultsFile> others = {};
  std::string pod_security = {};  // the namespace's enforced level: restricted, ...; empty: unknown
  std::string spark_version = {};      // of the executors, such as 4.0.1; empty: unknown
  std::vector<std::string> jars = {};  // file names in the Spark image; empty: unknown
  /// Whether some settings are set where their values cannot be seen, as by $(VARIABLE): what is
  /// missing may then be among them.
  bool settings_hidden = false;

  /// The value in force in spark-defaults.conf; nullptr if there is none.
  [[nodiscard]] const Property* setting(std::string_view key) const;
  /// Whether the setting is exactly `true`, as Spark's booleans are (case aside).
  [[nodiscard]] bool is_true(std::string_view key) const;
  /// The template of a side if it is in use and was parsed to its end.
  [[nodiscard]] const PodTemplate* pod(Side side) const;
};

/// Where a path without scheme leads.
enum class DefaultFs { local, remote, unknown };

/// By spark.hadoop.fs.defaultFS, else core-site.xml; unknown when neither was seen in full.
[[nodiscard]] DefaultFs default_fs(const Deployment& deployment);

/// The value behind default_fs, with where it stands; empty text when nothing sets it.
struct DefaultFsSetting {
  Text value = {};
  std::string path = {};  // of the file
};
[[nodiscard]] DefaultFsSetting default_fs_setting(const Deployment& deployment);

/// A checkpoint location that is a path in the pods: absolute, with file: or without scheme.
struct CheckpointPath {
  const Property* property = nullptr;
  std::string path = {};
  bool has_scheme = false;
};

/// Those of spark.sql.streaming.checkpointLocation and spark.checkpoint.dir (read since Spark 4.0).
[[nodiscard]] std::vector<CheckpointPath> checkpoint_paths(const Deployment& deployment);

/// The mount of `container` that holds `path`: the deepest one above it.
[[nodiscard]] const TemplateMount* mount_holding(const TemplateContainer& container,
                                                 std::string_view path);

inline constexpr std::string_view kContainerNameKey =
    "spark.kubernetes.executor.podTemplateContainerName";
inline constexpr std::string_view kTemplateFileKey = "spark.kubernetes.executor.podTemplateFile";
inline constexpr std::string_view kDisableConfigMapKey =
    "spark.kubernetes.executor.disableConfigMap";

}  // namespace sparkwarden::probes::config
