// SPDX-License-Identifier: Apache-2.0
// What the arguments of a container say to spark-submit, start-connect-server.sh and their kin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/yaml_tree.hpp"
#include "agent/lint/scalar_map.hpp"
#include "probes/config/properties.hpp"

namespace sparkwarden::lint {

/// A setting with where it stands, in a file that exists.
struct Setting {
  std::string key;
  std::string value;
  Location key_at = {};
  Location value_at = {};
  bool known = true;  // false: a variable decides the value when the container starts
};

struct SubmitArguments {
  std::vector<Setting> settings = {};  // of --conf and --deploy-mode, in order
  std::string properties_file = {};    // of --properties-file: then no spark-defaults.conf is read

  void add(SubmitArguments more);
};

/// A manifest's text with what is needed to tell places in it.
struct ManifestText {
  std::string path;
  std::string_view text;
  std::vector<std::size_t> lines;

  /// Where `inside` the value of `scalar` stands.
  [[nodiscard]] Location locate(const yaml::Node& scalar, probes::config::Place inside) const;
};

/// `command` and `args` of a container: lists of words, of which one may be a script for a shell.
[[nodiscard]] SubmitArguments submit_arguments(const ManifestText& manifest,
                                               const yaml::Node& list);

/// One command line, such as the value of SPARK_SUBMIT_OPTIONS.
[[nodiscard]] SubmitArguments submit_options(const ManifestText& manifest,
                                             const yaml::Node& scalar);

}  // namespace sparkwarden::lint
