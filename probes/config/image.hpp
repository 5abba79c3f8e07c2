// SPDX-License-Identifier: Apache-2.0
// The name of a container image, taken apart.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

struct Image {
  std::string repository = {};  // registry.example.org:5000/team/spark
  std::string tag = {};         // empty when there is none
  std::string digest = {};      // sha256:...; empty when there is none

  /// The last part of the repository: spark.
  [[nodiscard]] std::string_view base() const;
  /// Whether the name can mean another image tomorrow: no digest, and no tag or `latest`.
  [[nodiscard]] bool floats() const;

  bool operator==(const Image&) const = default;
};

/// Source: the reference grammar of the OCI distribution specification.
[[nodiscard]] Image image_from(std::string_view name);

/// Whether `name` is still to be filled in: ${...}, {{...}}, $(...), <...>.
[[nodiscard]] bool is_placeholder(std::string_view name);

/// The Spark release that an image of the Apache Software Foundation's holds, such as 4.0.1 for
/// apache/spark:4.0.1-python3; empty for any other image.
[[nodiscard]] std::string spark_version_of(const Image& image);

}  // namespace sparkwarden::probes::config
