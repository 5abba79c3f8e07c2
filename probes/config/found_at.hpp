// SPDX-License-Identifier: Apache-2.0
// A finding with its place, in one call.
#pragma once

#include <string>
#include <utility>

#include "agent/core/finding.hpp"
#include "agent/core/shown_value.hpp"
#include "probes/config/deployment.hpp"
#include "probes/config/spark_pod.hpp"

namespace sparkwarden::probes::config {

[[nodiscard]] inline Finding found_at(
    const Code& row, const std::string& path, Place at, std::string subject, std::string message) {
  Finding finding = found(row, std::move(subject), std::move(message));
  finding.location = locate(path, at);
  return finding;
}

/// In the pod template, which there is.
[[nodiscard]] inline Finding found_in_template(const Code& row,
                                               const SparkPod& pod,
                                               const Text& text,
                                               std::string message) {
  return found_at(row, pod.template_path(), text.at, shown_text(text.text), std::move(message));
}

/// At the value of a setting, which the deployment has.
[[nodiscard]] inline Finding found_in_settings(const Code& row,
                                               const Deployment& deployment,
                                               const Property& property,
                                               std::string message) {
  return found_at(row,
                  deployment.defaults->path,
                  property.value.at,
                  shown_text(property.key.text),
                  std::move(message));
}

/// A second place: a setting.
[[nodiscard]] inline Span span_of(const Deployment& deployment,
                                  const Property& property,
                                  std::string message) {
  return {locate(deployment.defaults->path, property.value.at), std::move(message)};
}

[[nodiscard]] inline std::string quoted(std::string_view text) {
  return "\"" + shown_text(text) + "\"";
}

}  // namespace sparkwarden::probes::config
