// SPDX-License-Identifier: Apache-2.0
#include "probes/config/deployment.hpp"

#include <algorithm>
#include <cctype>

#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

std::string_view text_of(const Property* property) {
  return property == nullptr ? std::string_view() : std::string_view(property->value.text);
}

}  // namespace

const Property* Deployment::setting(std::string_view key) const {
  return defaults ? defaults->content.find(key) : nullptr;
}

bool Deployment::is_true(std::string_view key) const {
  return same_word(text_of(setting(key)), "true");
}

const PodTemplate* Deployment::pod(Side side) const {
  const bool driver = side == Side::driver;
  const std::optional<TemplateFile>& file = driver ? driver_template : pod_template;
  const bool usable = (driver || template_in_use) && file && file->content.problems.empty();
  return usable ? &file->content : nullptr;
}

DefaultFsSetting default_fs_setting(const Deployment& deployment) {
  // fs.default.name is the old name, which Hadoop maps to the new one.
  for (const std::string_view key : {"spark.hadoop.fs.defaultFS", "spark.hadoop.fs.default.name"}) {
    if (const Property* property = deployment.setting(key)) {
      return {property->value, deployment.defaults->path};
    }
  }
  if (!deployment.core_site || deployment.core_site->content.problem) return {};
  for (const std::string_view name : {"fs.defaultFS", "fs.default.name"}) {
    if (const HadoopProperty* property = deployment.core_site->content.find(name)) {
      return {property->value, deployment.core_site->path_of(*property)};
    }
  }
  return {};
}

DefaultFs default_fs(const Deployment& deployment) {
  const std::string value = default_fs_setting(deployment).value.text;
  if (value.empty()) {
    // Without the file in sight another one on the class path may say it.
    const bool seen = deployment.core_site && !deployment.core_site->content.problem &&
                      !deployment.core_site->content.includes;
    return seen ? DefaultFs::local : DefaultFs::unknown;
  }
  if (has_variable(value)) return DefaultFs::unknown;
  const std::size_t first = value.find_first_not_of(" \t\r\n");
  const std::string scheme =
      parse_spark_path(std::string_view(value).substr(std::min(first, value.size()))).scheme;
  if (scheme.empty()) return DefaultFs::unknown;
  return scheme == "file" ? DefaultFs::local : DefaultFs::remote;
}

std::vector<CheckpointPath> checkpoint_paths(const Deployment& deployment) {
  std::vector<CheckpointPath> paths;
  for (const std::string_view key :
       {"spark.sql.streaming.checkpointLocation", "spark.checkpoint.dir"}) {
    const Property* property = deployment.setting(key);
    if (property == nullptr || has_variable(property->value.text)) continue;
    const SparkPath location = parse_spark_path(property->value.text);
    const bool local = location.scheme.empty() || location.scheme == "file";
    if (!local || !location.path.starts_with('/')) continue;
    paths.push_back({.property = property,
                     .path = canonical(location.path),
                     .has_scheme = !location.scheme.empty()});
  }
  return paths;
}

const TemplateMount* mount_holding(const TemplateContainer& container, std::string_view path) {
  const TemplateMount* deepest = nullptr;
  std::size_t depth = 0;
  for (const TemplateMount& mount : container.mounts) {
    const std::size_t length = canonical(mount.path.text).size();
    if (!is_below(path, mount.path.text) || (deepest != nullptr && length < depth)) continue;
    deepest = &mount;
    depth = length;
  }
  return deepest;
}

}  // namespace sparkwarden::probes::config
