// SPDX-License-Identifier: Apache-2.0
// Paths as they stand in configuration: with or without a scheme, spelled in more than one way.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

struct SparkPath {
  std::string scheme = {};  // lower case; empty when there is none
  std::string path = {};    // for file: and local: without authority; else what follows the scheme

  bool operator==(const SparkPath&) const = default;
};

/// `file:///a`, `file:/a` and `local:///a` have the path `/a`; `s3a://bucket/a` has `//bucket/a`.
[[nodiscard]] SparkPath parse_spark_path(std::string_view text);

/// `path` without trailing slashes, `//` and `/.`: two paths that are equal afterwards are one
/// directory. `..` stays, as a symbolic link may stand before it.
[[nodiscard]] std::string canonical(std::string_view path);

/// Whether `path` is `directory` or lies below it, component by component.
[[nodiscard]] bool is_below(std::string_view path, std::string_view directory);

/// A value that Spark or Hadoop completes later, from variables that are not known here.
[[nodiscard]] bool has_variable(std::string_view text);

}  // namespace sparkwarden::probes::config
