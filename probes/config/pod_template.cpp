// SPDX-License-Identifier: Apache-2.0
#include "probes/config/pod_template.hpp"

#include <algorithm>
#include <utility>

namespace sparkwarden::probes::config {
namespace {

using yaml::Kind;
using yaml::Node;

// The largest templates have some thousand values; each costs a few hundred bytes.
constexpr std::size_t kNodesMax = 50'000;

Place place_of(const Node& node) {
  const bool one_line = node.is(Kind::scalar) && node.text.find('\n') == std::string::npos;
  const int quotes = node.plain ? 0 : 2;
  const int end = node.column + static_cast<int>(node.text.size()) + quotes;
  return {node.line, node.column, one_line ? end : 0};
}

std::string_view word_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::alias:
      return "an alias";
  }
  return "something else";
}

Text text_of(const Node* node) {
  if (node == nullptr || !node->is(Kind::scalar)) return {};
  return {node->text, place_of(*node)};
}

bool truth_of(const Node* node) {
  // Jackson, which fills fabric8's classes, takes these three spellings.
  return node != nullptr && (node->text == "true" || node->text == "True" || node->text == "TRUE");
}

const Node& key_of(const Node& mapping, const Node& value) {
  const auto entry = std::find_if(mapping.entries.begin(),
                                  mapping.entries.end(),
                                  [&](const yaml::Entry& each) { return &each.value == &value; });
  return entry == mapping.entries.end() ? mapping : entry->key;
}

std::size_t count_keys(const Node& node) {
  std::size_t count = node.entries.size();
  for (const Node& item : node.items) count += count_keys(item);
  for (const yaml::Entry& entry : node.entries) count += count_keys(entry.value);
  return count;
}

/// Reads one document. Fields of a wrong shape are what fabric8's classes refuse.
class Reader {
 public:
  explicit Reader(PodTemplate& pod) : pod_(pod) {}

  void read(const Node& document) {
    if (!expect(document, Kind::mapping, "a pod template")) return;
    const Node* spec = document.find("spec");
    if (spec == nullptr) return problem(document, "the template has no `spec`");
    // An empty value stands nowhere in particular; its key does.
    if (spec->is(Kind::null)) return problem(key_of(document, *spec), "`spec` is empty");
    if (!expect(*spec, Kind::mapping, "`spec`")) return;
    pod_.containers = containers(*spec, "containers");
    pod_.init_containers = containers(*spec, "initContainers");
    for (const Node* node : items(*spec, "volumes")) pod_.volumes.push_back(volume(*node));
    pod_.restart_policy = text_of(spec->find("restartPolicy"));
    pod_.service_account = text_of(spec->find("serviceAccount"));
    pod_.service_account_name = text_of(spec->find("serviceAccountName"));
    if (const Node* metadata = document.find("metadata")) pod_.labels = labels(*metadata);
  }

 private:
  void problem(const Node& at, std::string reason) {
    pod_.problems.push_back({.at = place_of(at), .reason = std::move(reason)});
  }

  bool expect(const Node& node, Kind wanted, std::string_view what) {
    if (node.is(wanted)) return true;
    problem(node,
            std::string(what) + " must be " + std::string(word_of(wanted)) + ", here it is " +
                std::string(word_of(node.kind)));
    return false;
  }

  /// The mappings in the list `field` of `node`; a field that is absent or empty is an empty list.
  std::vector<const Node*> items(const Node& node, std::string_view field) {
    const Node* list = node.find(field);
    std::vector<const Node*> found;
    if (list == nullptr || list->is(Kind::null)) return found;
    const std::string name = "`" + std::string(field) + "`";
    if (!expect(*list, Kind::sequence, name)) return found;
    for (const Node& item : list->items) {
      if (item.is(Kind::null)) continue;
      if (expect(item, Kind::mapping, "an item of " + name)) found.push_back(&item);
    }
    return found;
  }

  std::vector<TemplateContainer> containers(const Node& spec, std::string_view field) {
    std::vector<TemplateContainer> read;
    for (const Node* node : items(spec, field)) {
      TemplateContainer container{.name = text_of(node->find("name"))};
      if (container.name.text.empty()) container.name.at = place_of(*node);
      for (const Node* mount_node : items(*node, "volumeMounts")) {
        container.mounts.push_back(mount(*mount_node));
      }
      container.image = text_of(node->find("image"));
      container.command = words(node->find("command"));
      container.args = words(node->find("args"));
      container.restart_policy = text_of(node->find("restartPolicy"));
      for (const Node* entry : items(*node, "env")) {
        container.env.push_back({text_of(entry->find("name")), text_of(entry->find("value"))});
      }
      read.push_back(std::move(container));
    }
    return read;
  }

  static std::vector<Text> words(const Node* list) {
    std::vector<Text> all;
    if (list == nullptr || !list->is(Kind::sequence)) return all;
    for (const Node& item : list->items) all.push_back(text_of(&item));
    return all;
  }

  static std::vector<TemplateEntry> labels(const Node& metadata) {
    std::vector<TemplateEntry> all;
    const Node* map = metadata.find("labels");
    if (map == nullptr || !map->is(Kind::mapping)) return all;
    for (const yaml::Entry& entry : map->entries) {
      all.push_back({text_of(&entry.key), text_of(&entry.value)});
    }
    return all;
  }

  static TemplateMount mount(const Node& node) {
    const Node* expr = node.find("subPathExpr");
    return {.volume = text_of(node.find("name")),
            .path = text_of(node.find("mountPath")),
            .sub_path = text_of(node.find("subPath")).text,
            .sub_path_expr = expr != nullptr && !expr->text.empty(),
            .read_only = truth_of(node.find("readOnly"))};
  }

  TemplateVolume volume(const Node& node) {
    TemplateVolume read{.name = text_of(node.find("name"))};
    for (const yaml::Entry& entry : node.entries) {
      if (entry.key.text == "name" || entry.value.is(Kind::null)) continue;
      read.kind = entry.key.text;
      break;
    }
    const Node* claim = node.find({"persistentVolumeClaim", "claimName"});
    read.source = text_of(claim != nullptr ? claim : node.find({"hostPath", "path"}));
    const Node* nfs = node.find("nfs");
    if (nfs != nullptr && nfs->is(Kind::mapping)) {
      read.nfs = NfsSource{.server = text_of(nfs->find("server")),
                           .path = text_of(nfs->find("path")),
                           .read_only = truth_of(nfs->find("readOnly"))};
    } else if (nfs != nullptr && !nfs->is(Kind::null)) {
      expect(*nfs, Kind::mapping, "`nfs`");
    }
    return read;
  }

  PodTemplate& pod_;
};

PodTemplate refused(TemplateProblem problem) {
  PodTemplate pod;
  pod.problems.push_back(std::move(problem));
  return pod;
}

std::vector<TemplateProblem> duplicate_keys(const yaml::Tree& tree) {
  std::vector<TemplateProblem> problems;
  for (const yaml::Duplicate& twice : tree.duplicates) {
    const int length = static_cast<int>(twice.key.size());
    problems.push_back(
        {.at = {twice.line, twice.column, twice.column + length},
         .reason = "found duplicate key " + twice.key,
         .related = {twice.first_line, twice.first_column, twice.first_column + length}});
  }
  return problems;
}

}  // namespace

const TemplateVolume* PodTemplate::volume(std::string_view name) const {
  const auto found = std::find_if(volumes.begin(), volumes.end(), [&](const TemplateVolume& each) {
    return each.name.text == name;
  });
  return found == volumes.end() ? nullptr : &*found;
}

PodTemplate parse_pod_template(std::string_view text) {
  const auto tree = yaml::parse(text, {.depth = 64, .nodes = kNodesMax});
  if (!tree) {
    const yaml::SyntaxError& error = tree.error();
    using enum TemplateProblem::Kind;
    return refused({.kind = error.bound ? declined : malformed,
                    .at = {error.line, error.column, 0},
                    .reason = error.message});
  }
  if (tree->documents.empty()) return refused({.reason = "there is nothing in it"});
  if (tree->documents.size() > 1) {
    const Node& second = tree->documents[1];
    return refused({.at = {second.line, second.column, 0},
                    .reason = "a second YAML document; Spark loads a list where it needs one pod"});
  }
  PodTemplate pod;
  pod.problems = duplicate_keys(*tree);
  if (!pod.problems.empty()) return pod;
  if (tree->aliases > 0) {
    return refused({.kind = TemplateProblem::Kind::declined, .reason = "it uses YAML aliases"});
  }
  return read_pod(tree->documents.front());
}

PodTemplate read_pod(const yaml::Node& document) {
  PodTemplate pod;
  Reader(pod).read(document);
  if (!pod.problems.empty()) return PodTemplate{.problems = std::move(pod.problems)};
  pod.keys = count_keys(document);
  return pod;
}

bool has_one_container(const PodTemplate& pod, std::string_view wanted) {
  return std::count_if(pod.containers.begin(), pod.containers.end(), [&](const auto& container) {
           return container.name.text == wanted;
         }) == 1;
}

std::optional<std::size_t> spark_container(const PodTemplate& pod, std::string_view wanted) {
  if (pod.containers.empty()) return std::nullopt;
  if (!has_one_container(pod, wanted)) return 0;
  const auto found =
      std::find_if(pod.containers.begin(), pod.containers.end(), [&](const auto& container) {
        return container.name.text == wanted;
      });
  return static_cast<std::size_t>(found - pod.containers.begin());
}

}  // namespace sparkwarden::probes::config
