// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/kinds.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sparkwarden::lint {
namespace {

constexpr std::array<std::string_view, 2> kDefaultsNames{"spark-defaults.conf", "spark.properties"};
constexpr std::array<std::string_view, 3> kKustomizations{
    "kustomization.yaml", "kustomization.yml", "Kustomization"};

template <typename List>
bool any_of(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

bool is_yaml(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// The next line that is neither blank nor a comment of a properties file.
std::string_view next_entry(std::string_view& rest) {
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r\f"), line.size()));
    if (!line.empty() && line.front() != '#' && line.front() != '!') return line;
  }
  return {};
}

/// Half of the first hundred keys begin with spark.: log4j2.properties and metrics.properties do
/// not.
bool is_sparks(std::string_view text) {
  int entries = 0;
  int sparks = 0;
  for (std::string_view line = next_entry(text); !line.empty() && entries < 100;
       line = next_entry(text)) {
    ++entries;
    if (line.starts_with("spark.")) ++sparks;
  }
  return sparks > 0 && sparks * 2 >= entries;
}

/// The name of the root element.
bool is_configuration(std::string_view text) {
  while (true) {
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos) return false;
    text.remove_prefix(open);
    if (text.starts_with("<!--")) {
      const std::size_t end = text.find("-->");
      if (end == std::string_view::npos) return false;
      text.remove_prefix(end + 3);
    } else if (text.starts_with("<?") || text.starts_with("<!")) {
      text.remove_prefix(2);
    } else {
      constexpr std::string_view kRoot = "<configuration";
      return text.starts_with(kRoot) &&
             text.find_first_of(" \t\r\n/>", kRoot.size()) == kRoot.size();
    }
  }
}

/// A line `kind: Pod` at the left margin, and no other kind; in JSON the first kind is Pod.
bool is_one_pod(std::string_view text) {
  if (text.starts_with('{')) {  // JSON, in one document
    const std::size_t key = text.find("\"kind\"");
    const std::size_t value = text.find_first_not_of(" \t\r\n:", key + 6);
    return key != std::string_view::npos && value != std::string_view::npos &&
           text.substr(value).starts_with("\"Pod\"");
  }
  bool pod = false;
  bool other = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("kind:")) continue;
    line.remove_prefix(5);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\"'"), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r\"'#"));
    (word == "Pod" ? pod : other) = true;
  }
  return pod && !other;
}

}  // namespace

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_templated(std::string_view text) {
  return contains(text, "{{") || contains(text, "{%");
}

bool speaks_of_spark(std::string_view text) {
  return contains(text, "spark") || contains(text, "Spark") || contains(text, "SPARK") ||
         contains(text, "core-site");
}

Kind kind_of(std::string_view path, std::string_view text) {
  const std::string_view name = base_name(path);
  if (any_of(kDefaultsNames, name)) return Kind::defaults;
  if (name.ends_with("-site.xml")) return Kind::hadoop_xml;
  if (any_of(kKustomizations, name)) return Kind::manifest;
  if (name == "interpreter.json" || contains(name, "interpreter-spec")) return Kind::zeppelin;
  if (name.ends_with(".xml")) return is_configuration(text) ? Kind::hadoop_xml : Kind::other;
  if (name.ends_with(".conf") || name.ends_with(".properties")) {
    const bool named = name.starts_with("spark-defaults") && !contains(name, ".template");
    return named || is_sparks(text) ? Kind::defaults : Kind::other;
  }
  if (!is_yaml(name) && !name.empty() && name != "-") return Kind::other;
  // A pod without a name is one that somebody else completes; so is what calls itself a template.
  if (is_one_pod(text) &&
      (contains(name, "template") || (!contains(text, "\n  name:") && !text.starts_with('{')))) {
    return Kind::pod_template;
  }
  return contains(text, "kind") ? Kind::manifest : Kind::other;
}

}  // namespace sparkwarden::lint
