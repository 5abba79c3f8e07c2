// SPDX-License-Identifier: Apache-2.0
// A release of Spark as a setting.
#pragma once

#include <optional>
#include <string>

#include "agent/config/values.hpp"

namespace sparkwarden::settings {

/// Two or three numbers, such as 4.0 or 4.0.1.
struct SparkVersion {
  std::string text = {};

  bool operator==(const SparkVersion&) const = default;
};

template <>
struct Codec<SparkVersion> {
  static std::optional<SparkVersion> read(const yaml::Node& node, const Scope& scope);
  static std::string show(const SparkVersion& version);
};

}  // namespace sparkwarden::settings
