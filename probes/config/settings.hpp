// SPDX-License-Identifier: Apache-2.0
// probes.config: which files are looked at.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/config/config.hpp"

namespace sparkwarden::probes::config {

enum class FileKind { core_site, spark_defaults, pod_template };

/// One file to look at. A relative path is below the conf directory.
struct FileSpec {
  std::string path = {};
  FileKind kind = FileKind::core_site;
  bool required = true;

  bool operator==(const FileSpec&) const = default;
};

struct Settings final : settings::ProbeSettings {
  settings::Auto<std::vector<FileSpec>> files =
      {};  // auto: what the role uses, and what refers to what

  void bind(settings::Binder& binder) override;
};

[[nodiscard]] std::shared_ptr<settings::ProbeSettings> make_settings();

}  // namespace sparkwarden::probes::config

namespace sparkwarden::settings {

template <>
struct Words<probes::config::FileKind> {
  static constexpr std::pair<std::string_view, probes::config::FileKind> all[] = {
      {"core-site", probes::config::FileKind::core_site},
      {"spark-defaults", probes::config::FileKind::spark_defaults},
      {"pod-template", probes::config::FileKind::pod_template}};
};

template <>
struct Codec<probes::config::FileSpec> {
  static std::optional<probes::config::FileSpec> read(const yaml::Node& node, const Scope& scope);
  static std::string show(const probes::config::FileSpec& spec);
};

}  // namespace sparkwarden::settings
