// SPDX-License-Identifier: Apache-2.0
// The pods of charts/plain and docs/gate.md, read from there and put together as a user does it:
// what is tested is what is shipped.
#pragma once

#include <string>

#include <yaml-cpp/yaml.h>

namespace sparkwarden::tests {

/// The images that charts/plain names.
inline constexpr const char* kAgentImage = "registry.example.org/sparkwarden:0.1.0";
inline constexpr const char* kExecutorImage = "registry.example.org/spark-executor:4.0.1";
inline constexpr const char* kDriverImage = "registry.example.org/spark-connect-server:4.0.1";

inline constexpr const char* kExecutorContainer = "spark-kubernetes-executor";

/// An executor's pod as Spark makes it of a pod template with this recipe of docs/gate.md: A, B, C,
/// D, E1 or E2. `driver` is the address that the driver put on it.
[[nodiscard]] YAML::Node executor_pod(const std::string& name,
                                      const std::string& recipe,
                                      const std::string& driver = "");

/// A Connect server's pod with charts/plain/driver-sidecar.yaml in it.
[[nodiscard]] YAML::Node driver_pod(const std::string& name);

/// The settings of charts/plain/configmap.yaml.
[[nodiscard]] std::string shipped_settings();

}  // namespace sparkwarden::tests
