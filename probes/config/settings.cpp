// SPDX-License-Identifier: Apache-2.0
#include "probes/config/settings.hpp"

#include <algorithm>
#include <utility>

namespace sparkwarden::probes::config {

void Settings::bind(settings::Binder& binder) {
  binder.key("files",
             files,
             "auto: by role and by what refers to what; else a list of {path, kind: core-site | "
             "spark-defaults | pod-template, required}");
  binder.key("spark_version",
             spark_version,
             "the release of Spark that the settings are judged for, such as 4.0.1; auto: what the "
             "probe runtime found, else the tag of an official image");
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

}  // namespace sparkwarden::probes::config

namespace sparkwarden::settings {

using probes::config::FileKind;
using probes::config::FileSpec;
using probes::config::SparkVersion;

std::optional<FileSpec> Codec<FileSpec>::read(const yaml::Node& node, const Scope& scope) {
  FileSpec spec;
  Fields fields(node, scope);
  fields.required("path", spec.path)
      .required("kind", spec.kind)
      .optional("required", spec.required);
  if (!fields.done()) return std::nullopt;
  if (spec.path.empty()) {
    scope.problem(node, "path is empty");
    return std::nullopt;
  }
  return spec;
}

std::string Codec<FileSpec>::show(const FileSpec& spec) {
  return "{path: " + show_text(spec.path) + ", kind: " + Codec<FileKind>::show(spec.kind) +
         ", required: " + Codec<bool>::show(spec.required) + "}";
}

std::optional<SparkVersion> Codec<SparkVersion>::read(const yaml::Node& node, const Scope& scope) {
  auto text = read_text(node, scope);
  if (!text) return std::nullopt;
  const bool numbers = text->find_first_not_of("0123456789.") == std::string::npos &&
                       text->find("..") == std::string::npos && !text->starts_with('.') &&
                       !text->ends_with('.');
  const auto dots = std::ranges::count(*text, '.');
  if (!numbers || dots < 1 || dots > 2) {
    scope.problem(node, "expected a release of Spark such as 4.0 or 4.0.1, or auto");
    return std::nullopt;
  }
  return SparkVersion{std::move(*text)};
}

std::string Codec<SparkVersion>::show(const SparkVersion& version) {
  return show_text(version.text);
}

}  // namespace sparkwarden::settings
