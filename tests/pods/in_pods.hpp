// SPDX-License-Identifier: Apache-2.0
// A test with pods: the images they run, and a place for their containers, once a process.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/container_host.hpp"
#include "tests/support/pod.hpp"
#include "tests/support/recipes.hpp"

namespace sparkwarden::tests {

/// What every pod of this process shares.
struct Rig {
  std::string why_not;  // no pod can run here, and what to do about it
  std::unique_ptr<ContainerHost> host = {};
};

[[nodiscard]] Rig& rig();

/// Stands for Spark's image (tests/support/spark_image.hpp), and the same with another pandas.
inline constexpr const char* kSparkImage = "localhost/spark:test";
inline constexpr const char* kDriftedImage = "localhost/spark:drifted";

inline constexpr const char* kBroken = "<configuration><property></configuration>\n";
inline constexpr const char* kWhole = "<configuration/>\n";

/// Settings whose gate is closed until the core-site.xml beside them is well formed, and until
/// `probes`, beside `config`, have nothing to say either.
[[nodiscard]] std::string enforcing(const std::string& probes, const std::string& timeout);

class InPods : public testing::Test {
 protected:
  void SetUp() override {
    if (!rig().why_not.empty()) GTEST_SKIP() << rig().why_not;
  }

  /// A name that no other pod of this process has.
  [[nodiscard]] static std::string new_name();

  /// The images, and the ConfigMap of the agent with a core-site.xml beside the settings.
  [[nodiscard]] static Cluster cluster(const std::string& settings, const std::string& core_site);
  [[nodiscard]] static std::unique_ptr<Pod> start(const YAML::Node& pod, const Cluster& cluster) {
    return std::make_unique<Pod>(*rig().host, pod, cluster);
  }
  /// Puts a well formed core-site.xml in the place of the broken one, as the kubelet would.
  static void mend(Pod& pod, const std::string& settings) {
    pod.update("sparkwarden-agent", {{"agent.yaml", settings}, {"core-site.xml", kWhole}});
  }
  /// Looks as the kubelet does until the agent's page holds `text`.
  [[nodiscard]] static bool sync_until_says(Pod& pod, const char* page, const std::string& text) {
    return pod.sync_until([&] { return pod.get(page).body.find(text) != std::string::npos; });
  }
  /// Likewise, until a `wait`, or an `exec`, asked the agent and was told to hold.
  [[nodiscard]] static bool sync_until_held(Pod& pod);
};

}  // namespace sparkwarden::tests
