// SPDX-License-Identifier: Apache-2.0
#include "probes/config/expected_files.hpp"

#include "agent/core/shown_value.hpp"
#include "probes/config/spark_path.hpp"

namespace sparkwarden::probes::config {
namespace {

std::vector<ExpectedFile> by_role(const std::string& directory, Role role) {
  const auto in_directory = [&](std::string_view name, FileKind kind, bool judged = true) {
    return ExpectedFile{
        .path = directory + "/" + std::string(name), .kind = kind, .judged = judged};
  };
  const ExpectedFile core_site = in_directory("core-site.xml", FileKind::core_site);
  const ExpectedFile defaults = in_directory("spark-defaults.conf", FileKind::spark_defaults);
  const ExpectedFile pod_template =
      in_directory("executor-pod-template.yaml", FileKind::pod_template, role != Role::executor);
  switch (role) {
    case Role::executor:
      // Spark never ships spark-defaults.conf to executors.
      return {core_site, pod_template};
    case Role::driver:
      // In cluster mode Spark hands the driver its settings as spark.properties and reads no
      // defaults.
      return {in_directory("spark.properties", FileKind::spark_defaults),
              defaults,
              core_site,
              pod_template};
    case Role::interpreter:
    case Role::connect_server:
    case Role::zeppelin_server:
      return {defaults, core_site, pod_template};
  }
  return {};
}

}  // namespace

std::string conf_dir(const settings::World& world) {
  const auto variable = world.environment.find("SPARK_CONF_DIR");
  const bool overridden = world.paths.spark_conf == settings::Paths().spark_conf &&
                          variable != world.environment.end() && variable->second.starts_with('/');
  return world.paths.under_root(canonical(overridden ? variable->second : world.paths.spark_conf));
}

std::vector<ExpectedFile> expected_files(const settings::World& world, const Settings& settings) {
  const std::string directory = conf_dir(world);
  if (!settings.files) return by_role(directory, world.role);
  std::vector<ExpectedFile> files;
  for (const FileSpec& spec : *settings.files) {
    const bool absolute = spec.path.starts_with('/');
    files.push_back(
        {.path = absolute ? world.paths.under_root(spec.path) : directory + "/" + spec.path,
         .kind = spec.kind,
         .required = spec.required});
  }
  return files;
}

std::optional<TemplateReference> template_reference(const Deployment& deployment,
                                                    const settings::Paths& paths) {
  const Property* property = deployment.setting(kTemplateFileKey);
  if (property == nullptr || property->value.text.empty()) return std::nullopt;
  const std::string& value = property->value.text;
  const auto hidden = [&](const std::string& reason) {
    return TemplateReference{.reason = shown_text(value) + " " + reason};
  };
  if (has_variable(value)) return hidden("depends on variables that are known only to Spark");
  const SparkPath location = parse_spark_path(value);
  const bool local =
      location.scheme.empty() || location.scheme == "file" || location.scheme == "local";
  if (!local) return hidden("is not a local file");
  if (!location.path.starts_with('/'))
    return hidden("is relative to the driver's working directory");
  return TemplateReference{.path = paths.under_root(canonical(location.path))};
}

IncludeReference include_reference(const std::string& href,
                                   const std::string& including,
                                   const settings::Paths& paths) {
  const auto hidden = [&](const std::string& reason) {
    return IncludeReference{.reason = shown_text(href) + " " + reason};
  };
  const SparkPath location = parse_spark_path(href);
  if (!location.scheme.empty() && location.scheme != "file") return hidden("is not a local file");
  if (location.path.starts_with('/')) return {.path = paths.under_root(canonical(location.path))};
  const std::string below = "/" + location.path + "/";
  if (location.path.empty() || below.find("/../") != std::string::npos)
    return hidden("is relative to the working directory of the JVM");
  return {.path = canonical(including.substr(0, including.rfind('/') + 1) + location.path)};
}

}  // namespace sparkwarden::probes::config
