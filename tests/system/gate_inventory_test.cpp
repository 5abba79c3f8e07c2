// SPDX-License-Identifier: Apache-2.0
// Recipe E1: `manifest` as a hook of Spark's own container, beside A. It holds nobody; it takes the
// place of the inventory that A's init container left.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/gate_recipe.hpp"
#include "tests/support/spark_image.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;

constexpr const char* kOthers =
    "  config: {enabled: false}\n"
    "  storage: {enabled: false}\n"
    "  runtime: {enabled: false}\n";

class ManifestHook : public testing::Test {
 protected:
  void SetUp() override {
    driver_.settings(std::string("probes:\n") + kOthers +
                     "  python: {source: root, period: 100ms, deadline: 30s}\n");
    driver_.start();
    executor_.settings(std::string("gate: {mode: enforce, timeout: 5m, on_timeout: fail}\n") +
                       "probes:\n" + kOthers +
                       "  python: {source: file, period: 100ms}\n"
                       "  peers: {period: 100ms, driver_url: \"127.0.0.1:" +
                       std::to_string(driver_.port()) + "\"}\n");
    executor_.start();
  }

  /// The hook, word for word but for the root: a test has no container of its own.
  [[nodiscard]] int hook(const std::string& out) const {
    Process shell({"sh",
                   "-c",
                   std::string(SPARKWARDEN_BINARY) + " manifest --root " + spark_.root() +
                       " --out " + out + " || true"},
                  (executor_.world().path() / "hook").string());
    return shell.wait(std::chrono::seconds(60)).value_or(-1);
  }
  [[nodiscard]] std::string manifest() const {
    return (executor_.world().path() / "run/manifest.json").string();
  }

  TempDir place_;
  SparkImage spark_{place_.path() / "spark"};
  Agent driver_{"driver"};
  SparkImage driver_image_{driver_.under_root("")};
  Agent executor_{"executor"};
};

TEST_F(ManifestHook, IsComparedWithTheDriverAndOutlivesAnAgentThatRestarts) {
  EXPECT_THAT(executor_.get_until("/readyz/python", "python.inventory.absent").body,
              HasSubstr("unknown:python.inventory.absent"));
  ASSERT_EQ(hook(manifest()), 0);
  ASSERT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();

  executor_.process().kill();
  executor_.start();
  EXPECT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();
  spark_.install("numpy", "2.1.0");
  ASSERT_EQ(hook(manifest()), 0);

  EXPECT_THAT(executor_.get_until("/readyz/python", "python.package.differs").body,
              HasSubstr("python.package.differs"));
  EXPECT_EQ(executor_.get("/startupz").status, 200) << "open is for ever";
}

TEST_F(ManifestHook, ThatFailsFailsNoContainer) {
  EXPECT_EQ(hook("/proc/none/manifest.json"), 0);
}

}  // namespace
}  // namespace sparkwarden::tests
