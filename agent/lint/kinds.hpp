// SPDX-License-Identifier: Apache-2.0
// What a file is, by its name and its text.
#pragma once

#include <string_view>

namespace sparkwarden::lint {

enum class Kind {
  defaults,      // spark-defaults.conf, or properties with spark. keys
  hadoop_xml,    // core-site.xml and its like
  pod_template,  // a Pod that is meant to be filled in by Spark
  manifest,      // Kubernetes objects, or a kustomization
  zeppelin,      // an interpreter spec or interpreter.json: known, not judged yet
  other
};

/// By name alone where that decides; else by a look at the text, which costs one pass at most.
[[nodiscard]] Kind kind_of(std::string_view path, std::string_view text);

/// The last part of a path.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// Whether `text` is written for Helm or Jinja rather than for YAML.
[[nodiscard]] bool is_templated(std::string_view text);

/// Whether `text` speaks of Spark at all.
[[nodiscard]] bool speaks_of_spark(std::string_view text);

}  // namespace sparkwarden::lint
