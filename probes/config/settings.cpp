// SPDX-License-Identifier: Apache-2.0
#include "probes/config/settings.hpp"

namespace sparkwarden::probes::config {

void Settings::bind(settings::Binder& binder) {
  binder.key("files",
             files,
             "auto: by role and by what refers to what; else a list of {path, kind: core-site | "
             "spark-defaults | pod-template, required}");
}

std::shared_ptr<settings::ProbeSettings> make_settings() {
  return std::make_shared<Settings>();
}

}  // namespace sparkwarden::probes::config

namespace sparkwarden::settings {

using probes::config::FileKind;
using probes::config::FileSpec;

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

}  // namespace sparkwarden::settings
