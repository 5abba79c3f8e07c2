// SPDX-License-Identifier: Apache-2.0
// Two pods: a Connect server with charts/plain/driver-sidecar.yaml, and an executor of recipe A
// that knows its address.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pods/in_pods.hpp"

namespace sparkwarden::tests {
namespace {

using testing::StartsWith;
using Phase = Pod::Phase;

constexpr const char* kDriverAddress = "10.77.1.1";
constexpr const char* kExecutorAddress = "10.77.1.2";

class Driver : public InPods {
 protected:
  /// With the ConfigMap of charts/plain as it is.
  [[nodiscard]] static std::unique_ptr<Pod> driver(const std::string& image) {
    Cluster cluster = InPods::cluster(shipped_settings(), kWhole);
    cluster.images[kDriverImage] = image;
    cluster.config_maps["spark-conf"] = {{"core-site.xml", kWhole}, {"spark-defaults.conf", ""}};
    return start(driver_pod(new_name()), cluster);
  }

  static void connect(const Pod& driver, const Pod& executor) {
    rig().host->connect(
        driver.network_process(), kDriverAddress, executor.network_process(), kExecutorAddress);
  }
};

TEST_F(Driver, HoldsItsExecutorUntilItIsThereAndHasTheSamePackages) {
  const std::string settings =
      "version: 1\n"
      "gate: {mode: enforce, probes: [peers, python, runtime], timeout: 5m, on_timeout: fail}\n"
      "probes:\n  storage: {enabled: false}\n  config: {enabled: false}\n"
      "  peers: {period: 200ms}\n";
  const auto executor =
      start(executor_pod(new_name(), "A", kDriverAddress), cluster(settings, kWhole));
  ASSERT_TRUE(sync_until_held(*executor)) << executor->story();
  EXPECT_TRUE(sync_until_says(*executor, "/readyz/peers", "unknown:peer.driver."));

  {
    const auto drifted = driver(kDriftedImage);
    ASSERT_EQ(drifted->settle(), Phase::running) << drifted->story();
    connect(*drifted, *executor);
    EXPECT_TRUE(sync_until_says(*executor, "/readyz/python", "python.package.differs"))
        << executor->story();
    EXPECT_EQ(executor->sync(), Phase::pending);
    EXPECT_FALSE(executor->started(kExecutorContainer));
  }
  const auto equal = driver(kSparkImage);
  ASSERT_EQ(equal->settle(), Phase::running) << equal->story();
  EXPECT_THAT(equal->termination_message("sparkwarden-wait"), StartsWith("sparkwarden: gate open"));
  connect(*equal, *executor);

  EXPECT_EQ(executor->settle(), Phase::running) << executor->story();
  EXPECT_TRUE(sync_until_says(*equal, "/metrics", "sparkwarden_executors{")) << "it was told";
}

}  // namespace
}  // namespace sparkwarden::tests
