// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/deployment_of.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "agent/core/spelling.hpp"
#include "probes/config/codes.hpp"
#include "probes/config/spark_path.hpp"
#include "probes/config/spark_pod.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::canonical;
using probes::config::names_of;
using probes::config::Place;
using probes::config::Property;
using probes::config::Side;
using probes::config::SparkPath;

/// Properties whose keys and values stand in different files: key N is on line 2N+1 of a text that
/// nobody wrote, its value on the next.
class Merged {
 public:
  void add(const std::string& key, const std::string& value, Location key_at, Location value_at) {
    lines_.push_back(std::move(key_at));
    lines_.push_back(std::move(value_at));
    const int line = static_cast<int>(lines_.size());
    file_.content.entries.push_back({{key, {line - 1, 1, 0}}, {value, {line, 1, 0}}});
  }

  DefaultsFile finish(std::string path, Origins& origins) {
    origins.add(path, std::move(lines_));
    file_.path = std::move(path);
    return std::move(file_);
  }

 private:
  DefaultsFile file_;
  Lines lines_;
};

class Build {
 public:
  Build(const Application& application, const Includes& includes)
      : application_(application), includes_(includes) {}

  BuiltDeployment build(const PodSecurity& pod_security) {
    choose_core_site();
    const DefaultsFile* file = defaults();
    merge(file);
    keep_others(file);
    choose_templates();
    ignored_defaults();
    const Workload* workload = application_.workload;
    if (workload == nullptr) return std::move(built_);
    built_.deployment.spark_version = workload->spark_version;
    const Property* elsewhere = built_.deployment.setting("spark.kubernetes.namespace");
    const auto level =
        pod_security.find(elsewhere == nullptr ? workload->name_space : elsewhere->value.text);
    if (level != pod_security.end()) built_.deployment.pod_security = level->second;
    return std::move(built_);
  }

 private:
  /// Where a piece is seen in the container; empty for loose files.
  [[nodiscard]] std::string path_in_pod(const Piece& piece) const {
    for (const MountedMap& mounted : application_.mounted) {
      for (const DataEntry& entry : mounted.map->entries) {
        if (entry.path == piece.path) return mounted.path_of(entry.key);
      }
    }
    return {};
  }

  void choose_core_site() {
    for (const Piece* piece : application_.pieces) {
      const auto* file = piece->as<CoreSiteFile>();
      if (file == nullptr || piece->name != "core-site.xml" || piece->empty) continue;
      built_.deployment.core_site = includes_.of(*piece);
      return;
    }
  }

  /// The properties file that Spark loads.
  [[nodiscard]] const DefaultsFile* defaults() const {
    const Workload* workload = application_.workload;
    if (workload != nullptr && !workload->reads_defaults) return nullptr;
    const std::string wanted = workload == nullptr ? std::string()
                               : workload->arguments.properties_file.empty()
                                   ? canonical(workload->conf_dir + "/spark-defaults.conf")
                                   : canonical(workload->arguments.properties_file);
    const DefaultsFile* only = nullptr;
    int count = 0;
    for (const Piece* piece : application_.pieces) {
      const auto* file = piece->as<DefaultsFile>();
      if (file == nullptr) continue;
      if (!wanted.empty() && path_in_pod(*piece) == wanted) return file;
      only = file;
      ++count;
    }
    const bool named = workload != nullptr && !workload->arguments.properties_file.empty();
    return count == 1 && !named ? only : nullptr;
  }

  void merge(const DefaultsFile* file) {
    const Workload* workload = application_.workload;
    if (workload == nullptr || workload->arguments.settings.empty()) {
      if (file != nullptr) built_.deployment.defaults = *file;
      return;
    }
    const std::vector<Setting>& settings = workload->arguments.settings;
    std::set<std::string_view> passed;
    for (const Setting& setting : settings) passed.insert(setting.key);
    Merged all;
    Merged arguments;
    if (file != nullptr) {
      for (const Property& property : file->content.entries) {
        if (passed.contains(property.key.text)) continue;
        all.add(property.key.text,
                property.value.text,
                probes::config::locate(file->path, property.key.at),
                probes::config::locate(file->path, property.value.at));
      }
    }
    for (const Setting& setting : settings) {
      if (!setting.known) {
        built_.deployment.settings_hidden = true;
        continue;
      }
      all.add(setting.key, setting.value, setting.key_at, setting.value_at);
      arguments.add(setting.key, setting.value, setting.key_at, setting.value_at);
    }
    const std::string name = workload->file + "#" + workload->name;
    built_.deployment.defaults = all.finish(name + " (all settings)", built_.origins);
    built_.arguments = arguments.finish(name, built_.origins);
  }

  /// What is said about this application and does not count, or not all of it.
  void keep_others(const DefaultsFile* in_force) {
    if (!built_.deployment.defaults) return;
    for (const Piece* piece : application_.pieces) {
      const auto* file = piece->as<DefaultsFile>();
      const bool whole =
          file == in_force && file != nullptr && built_.deployment.defaults->path == file->path;
      if (file != nullptr && !whole) built_.deployment.others.push_back(*file);
    }
  }

  /// The Spark operator mounts what people call spark-defaults.conf, and hands all settings to the
  /// driver in a file of its own.
  void ignored_defaults() {
    const Workload* workload = application_.workload;
    if (workload == nullptr || workload->reads_defaults) return;
    for (const Piece* piece : application_.pieces) {
      const auto* file = piece->as<DefaultsFile>();
      if (file == nullptr || base_name(path_in_pod(*piece)) != "spark-defaults.conf") continue;
      const bool needless = std::ranges::all_of(file->content.entries, [&](const Property& each) {
        const Property* own = built_.deployment.setting(each.key.text);
        return own != nullptr && own->value.text == each.value.text;
      });
      if (needless) continue;
      Finding finding = found(probes::config::kDefaultsIgnored,
                              shown_text(workload->name),
                              workload->kind + " " + shown_text(workload->name) +
                                  " mounts this file at " + shown_text(path_in_pod(*piece)) +
                                  ", and its driver reads spark.properties alone");
      finding.location = Location{.path = file->path};
      built_.judgement.findings.push_back(std::move(finding));
    }
  }

  // --- the pod templates ---

  void choose_templates() {
    probes::config::Deployment& deployment = built_.deployment;
    const Workload* workload = application_.workload;
    deployment.may_build_driver = workload == nullptr || !workload->client_mode;
    if (deployment.may_build_driver) {
      deployment.driver_template = workload != nullptr && workload->driver
                                       ? workload->driver
                                       : named_template(names_of(Side::driver).template_file);
    }
    if (workload != nullptr && workload->executors) {
      deployment.pod_template = workload->executors;
    } else {
      deployment.pod_template = named_template(probes::config::kTemplateFileKey);
    }
    deployment.template_in_use = deployment.pod_template.has_value();
  }

  /// The template that the setting `key` names; tells of one that is missing.
  std::optional<TemplateFile> named_template(std::string_view key) {
    const Property* setting = built_.deployment.setting(key);
    const std::string wanted = setting == nullptr ? std::string() : local_path(setting->value.text);
    if (wanted.empty()) return std::nullopt;
    const Piece* named = nullptr;
    for (const Piece* piece : application_.pieces) {
      if (piece->as<TemplateFile>() == nullptr || piece->empty) continue;
      const std::string in_pod = path_in_pod(*piece);
      const bool same_name = piece->name == base_name(wanted);
      if (in_pod == wanted || (in_pod.empty() && same_name)) named = piece;
    }
    if (named != nullptr) return *named->as<TemplateFile>();
    missing(*setting, wanted);
    return std::nullopt;
  }

  static std::string local_path(const std::string& value) {
    if (probes::config::has_variable(value)) return {};
    const SparkPath path = probes::config::parse_spark_path(value);
    const bool local = path.scheme.empty() || path.scheme == "file" || path.scheme == "local";
    return local ? canonical(path.path) : std::string();
  }

  /// The template is named below a ConfigMap's mount, and that ConfigMap has no such key.
  void missing(const Property& setting, const std::string& wanted) {
    for (const MountedMap& mounted : application_.mounted) {
      const bool whole = mounted.mount->guaranteed && mounted.mount->sub_path.empty() &&
                         !mounted.map->entries.empty();
      if (!whole || canonical(mounted.mount->path) != directory_of(wanted)) continue;
      const auto is_it = [&](const DataEntry& entry) {
        return mounted.path_of(entry.key) == wanted;
      };
      if (std::ranges::any_of(mounted.map->entries, is_it)) return;
      Finding finding = found(probes::config::kTemplateMissing,
                              shown_text(wanted),
                              "ConfigMap " + shown_text(mounted.map->name) + ", mounted at " +
                                  shown_text(mounted.mount->path) + ", has no key " +
                                  shown_text(base_name(wanted)) + near_key(mounted, wanted));
      finding.location = probes::config::locate(built_.deployment.defaults->path, setting.value.at);
      built_.judgement.findings.push_back(std::move(finding));
      return;
    }
  }

  static std::string near_key(const MountedMap& mounted, const std::string& wanted) {
    std::vector<std::string> keys;
    for (const DataEntry& entry : mounted.map->entries) keys.push_back(entry.key);
    const std::string near = nearest(base_name(wanted), keys);
    return near.empty() ? "" : "; it has " + shown_text(near);
  }

  const Application& application_;
  const Includes& includes_;
  BuiltDeployment built_;
};

}  // namespace

PodSecurity pod_security(const std::vector<Source>& sources) {
  PodSecurity all;
  std::set<std::string> doubtful;
  for (const Source& source : sources) {
    for (const auto& [name, level] : source.manifest.pod_security) {
      if (all.emplace(name, level).first->second != level) doubtful.insert(name);
    }
  }
  for (const std::string& name : doubtful) all.erase(name);
  return all;
}

BuiltDeployment deployment_of(const Application& application,
                              const PodSecurity& pod_security,
                              const Includes& includes) {
  return Build(application, includes).build(pod_security);
}

}  // namespace sparkwarden::lint
