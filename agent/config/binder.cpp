// SPDX-License-Identifier: Apache-2.0
#include "agent/config/binder.hpp"

#include <algorithm>
#include <cctype>

#include "agent/core/spelling.hpp"

namespace sparkwarden::settings {
namespace {

/// A variable's or flag's text as a node: YAML flow where it looks like a list or mapping, else a
/// plain scalar.
yaml::Node node_of(const std::string& text, const Scope& scope) {
  yaml::Node scalar;
  scalar.kind = yaml::Kind::scalar;
  scalar.text = text;
  if (!text.starts_with('[') && !text.starts_with('{')) return scalar;
  const auto tree = yaml::parse(text);
  if (tree && tree->documents.size() == 1) return tree->documents.front();
  scope.problem(scalar, tree ? "expected one YAML value" : tree.error().message);
  return scalar;
}

const yaml::Node* walk(const yaml::Node& root, std::string_view path) {
  const yaml::Node* node = &root;
  while (node != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    node = node->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return node;
}

}  // namespace

std::string variable_of(std::string_view path) {
  std::string name = "SPARKWARDEN_";
  for (const char c : path) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

Binder::Binder(const Sources& sources) : sources_(sources) {}

Binder::Found Binder::find(const std::string& path) {
  const auto hold = [&](const std::string& text, const std::string& origin) {
    const Scope scope{origin, path, &problems_, false};
    held_.push_back(std::make_unique<yaml::Node>(node_of(text, scope)));
    return Found{held_.back().get(), scope, origin};
  };
  if (const auto flag = sources_.flags.find(path); flag != sources_.flags.end()) {
    return hold(flag->second, "--" + path);
  }
  const auto variable = sources_.environment.find(variable_of(path));
  // An empty variable is what Kubernetes makes of an annotation that is not there.
  if (variable != sources_.environment.end() && !variable->second.empty()) {
    return hold(variable->second, variable->first);
  }
  const Scope scope{sources_.file_name, path, &problems_, true};
  const yaml::Node* node = walk(sources_.file, path);
  if (node == nullptr || node->is(yaml::Kind::null)) return {nullptr, scope, "default"};
  const std::string origin =
      sources_.file_name + ":" + std::to_string(node->line) + ":" + std::to_string(node->column);
  return {node, scope, origin};
}

void Binder::problem(std::string_view name, std::string message) {
  const std::string path = prefix_ + std::string(name);
  const Found place = find(path);
  if (place.node != nullptr) {
    place.scope.problem(*place.node, std::move(message));
  } else {
    problems_.push_back({Location{.path = sources_.file_name}, path, std::move(message)});
  }
}

void Binder::report_unknown(const yaml::Node& node, const std::string& path) {
  for (const yaml::Entry& entry : node.entries) {
    const std::string here = path.empty() ? entry.key.text : path + "." + entry.key.text;
    const auto is_here = [&](const Effective& e) { return e.key == here; };
    if (std::ranges::any_of(effective_, is_here)) continue;
    const auto is_below = [&](const Effective& e) { return e.key.starts_with(here + "."); };
    const Scope scope{sources_.file_name, here, &problems_, true};
    if (std::ranges::any_of(effective_, is_below)) {
      if (entry.value.is(yaml::Kind::mapping)) {
        report_unknown(entry.value, here);
      } else if (!entry.value.is(yaml::Kind::null)) {
        scope.problem(entry.value, "expected a mapping");
      }
      continue;
    }
    std::vector<std::string> known;
    for (const Effective& e : effective_) known.push_back(e.key);
    const std::string guess = nearest(here, known);
    scope.problem(entry.key,
                  "unknown key" + (guess.empty() ? "" : "; did you mean `" + guess + "`?"));
  }
}

void Binder::finish() {
  if (sources_.file.is(yaml::Kind::mapping)) {
    report_unknown(sources_.file, "");
  } else if (!sources_.file.is(yaml::Kind::null)) {
    const Scope scope{sources_.file_name, "", &problems_, true};
    scope.problem(sources_.file, "expected a mapping of settings");
  }
}

}  // namespace sparkwarden::settings
