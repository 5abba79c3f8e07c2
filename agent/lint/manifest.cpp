// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/manifest.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "agent/lint/codes.hpp"
#include "agent/lint/pod_spec.hpp"
#include "agent/lint/spark_application.hpp"

namespace sparkwarden::lint {
namespace {

using probes::config::Place;
using yaml::Node;

Place place_of(const Node& node) {
  return {node.line, node.column, 0};
}

bool is_piece(Kind kind) {
  return kind == Kind::defaults || kind == Kind::hadoop_xml || kind == Kind::pod_template;
}

/// Reads the documents of one file.
class Reader {
 public:
  Reader(const std::string& path, std::string_view text)
      : text_{.path = path, .text = text, .lines = line_starts(text)} {}

  Manifest read() {
    // The deepest manifests are CRDs of some thirty levels.
    auto tree = yaml::parse(text_.text);
    if (!tree) {
      refuse(tree.error());
      return std::move(manifest_);
    }
    manifest_.templated = std::ranges::any_of(tree->documents, has_mapping_as_key);
    if (manifest_.templated) return std::move(manifest_);
    for (const Node& document : tree->documents) object(document);
    if (has_something()) duplicates(*tree);
    return std::move(manifest_);
  }

 private:
  /// `{{ .Values.x }}` where a value belongs reads as a mapping whose key is a mapping.
  static bool has_mapping_as_key(const Node& node) {
    return std::ranges::any_of(node.items, has_mapping_as_key) ||
           std::ranges::any_of(node.entries, [](const yaml::Entry& entry) {
             return entry.key.is(yaml::Kind::mapping) || has_mapping_as_key(entry.value);
           });
  }

  [[nodiscard]] bool has_something() const {
    return !manifest_.pieces.empty() || !manifest_.workloads.empty() ||
           !manifest_.kustomizations.empty();
  }

  void refuse(const yaml::SyntaxError& error) {
    manifest_.templated = is_templated(text_.text);
    if (manifest_.templated) return;
    Finding finding = found(kManifestMalformed, text_.path, shown_text(error.message));
    finding.location = probes::config::locate(text_.path, {error.line, error.column, 0});
    manifest_.judgement.findings.push_back(std::move(finding));
  }

  void duplicates(const yaml::Tree& tree) {
    for (const yaml::Duplicate& twice : tree.duplicates) {
      const int length = static_cast<int>(twice.key.size());
      const std::string key = shown_text(twice.key);
      Finding finding = found(kManifestDuplicateKey, key, "`" + key + "` stands twice here");
      finding.location =
          probes::config::locate(text_.path, {twice.line, twice.column, twice.column + length});
      finding.related.push_back(
          {probes::config::locate(
               text_.path, {twice.first_line, twice.first_column, twice.first_column + length}),
           "the same key before"});
      manifest_.judgement.findings.push_back(std::move(finding));
    }
  }

  void object(const Node& node) {
    if (!node.is(yaml::Kind::mapping)) return;
    const std::string kind = field(node, {"kind"});
    if (kind.ends_with("List") && node.find("items") != nullptr) {
      for (const Node& item : node.find("items")->items) object(item);
    } else if (kind == "ConfigMap") {
      config_map(node);
    } else if (kind == "Namespace") {
      const Node* labels = node.find({"metadata", "labels"});
      const std::string level =
          labels == nullptr ? "" : field(*labels, {"pod-security.kubernetes.io/enforce"});
      if (!level.empty()) manifest_.pod_security[field(node, {"metadata", "name"})] = level;
    } else if (is_kustomization(node, kind)) {
      kustomization(node);
    } else {
      for (Workload& workload : workloads_of(text_, node)) add(std::move(workload));
      for (Workload& workload : spark_applications_of(text_, node)) add(std::move(workload));
    }
  }

  void add(Workload workload) { manifest_.workloads.push_back(std::move(workload)); }

  [[nodiscard]] bool is_kustomization(const Node& node, std::string_view kind) const {
    const std::string_view name = base_name(text_.path);
    return kind == "Kustomization" || kind == "Component" || name.starts_with("kustomization.y") ||
           name == "Kustomization" || (kind.empty() && node.find("configMapGenerator") != nullptr);
  }

  void config_map(const Node& node) {
    ConfigMap config_map{.name = field(node, {"metadata", "name"}),
                         .name_space = field(node, {"metadata", "namespace"}),
                         .file = text_.path};
    if (const Node* data = node.find("data")) {
      for (const yaml::Entry& entry : data->entries) value(entry, config_map);
    }
    manifest_.config_maps.push_back(std::move(config_map));
  }

  void value(const yaml::Entry& entry, ConfigMap& config_map) {
    const std::string& key = entry.key.text;
    const std::string path = unique(text_.path + "#" + config_map.name + "/" + key);
    config_map.entries.push_back({key, path});
    if (entry.value.is(yaml::Kind::alias)) return;
    const std::string& text = entry.value.text;
    const Kind kind = kind_of(key, text);
    if (!is_piece(kind)) return;
    manifest_.pieces.push_back(parse_piece(path, key, kind, text));
    const bool is_null = entry.value.is(yaml::Kind::null);
    manifest_.origins.add(path,
                          Embedded{.file = text_.path,
                                   .at = place_of(is_null ? entry.key : entry.value),
                                   .map = ScalarMap::of(text_.text, text_.lines, entry.value)});
  }

  /// One name may stand in two namespaces of one file, or twice by mistake.
  std::string unique(std::string path) {
    const int before = paths_[path]++;
    return before == 0 ? path : path + " (" + std::to_string(before + 1) + ")";
  }

  void kustomization(const Node& node) {
    const std::string directory = directory_of(text_.path);
    Kustomization read{.directory = directory};
    for (const std::string_view list : {"resources", "bases", "components"}) {
      const Node* paths = node.find(list);
      if (paths == nullptr) continue;
      for (const Node& path : paths->items) {
        read.resources.push_back(normal_path(directory + "/" + path.text));
      }
    }
    if (const Node* generators = node.find("configMapGenerator")) {
      for (const Node& generator : generators->items) generated(generator, directory);
    }
    manifest_.kustomizations.push_back(std::move(read));
  }

  void generated(const Node& generator, const std::string& directory) {
    ConfigMap config_map{.name = field(generator, {"name"}),
                         .name_space = field(generator, {"namespace"}),
                         .file = text_.path};
    if (const Node* files = generator.find("files")) {
      for (const Node& file : files->items) {
        const std::size_t equals = file.text.find('=');
        const std::string path =
            equals == std::string::npos ? file.text : file.text.substr(equals + 1);
        config_map.entries.push_back({equals == std::string::npos ? std::string(base_name(path))
                                                                  : file.text.substr(0, equals),
                                      normal_path(directory + "/" + path)});
      }
    }
    manifest_.config_maps.push_back(std::move(config_map));
  }

  ManifestText text_;
  Manifest manifest_;
  std::map<std::string, int> paths_;
};

}  // namespace

std::string normal_path(std::string_view path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

Manifest read_manifest(const std::string& path, std::string_view text) {
  // A kustomization matters also where it only says which directories belong together.
  const std::string_view name = base_name(path);
  const bool kustomization = name.starts_with("kustomization.y") || name == "Kustomization";
  const bool secured = text.find("pod-security.kubernetes.io/enforce") != std::string_view::npos;
  if (!kustomization && !secured && !speaks_of_spark(text)) return {};
  return Reader(path, text).read();
}

}  // namespace sparkwarden::lint
