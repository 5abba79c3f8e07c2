// SPDX-License-Identifier: Apache-2.0
// The gate's recipes with a real driver agent: one that appears late, and one that another takes
// the place of, at the same address.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agent.hpp"
#include "tests/support/gate_recipe.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/test_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;

constexpr const char* kOldNumpy = "1.26.4";
constexpr const char* kNewNumpy = "2.1.0";
constexpr const char* kInventories =
    "  storage: {enabled: false}\n"
    "  python: {source: root, period: 100ms, deadline: 30s}\n"
    "  runtime: {source: root, period: 100ms, deadline: 30s}\n";
constexpr const char* kNoConfig = "  config: {enabled: false}\n";

/// A driver's agent over an image of its own.
class Driver {
 public:
  Driver(const std::string& address, std::uint16_t port, const std::string& numpy)
      : image_(agent_.under_root("")) {
    image_.install("numpy", numpy);
    agent_.settings(std::string("probes:\n") + kNoConfig + kInventories);
    agent_.listen(address, port);
    agent_.start();
  }
  void kill() { agent_.process().kill(); }
  [[nodiscard]] const Agent& agent() const { return agent_; }

 private:
  Agent agent_{"driver"};
  SparkImage image_;
};

/// An executor that knows where its driver is from the start.
class ExecutorOfADriver {
 protected:
  ExecutorOfADriver() : image_(executor_.under_root("")) {}

  void settle(const std::string& config) {
    executor_.settings("gate: {mode: enforce, timeout: 5m, on_timeout: fail}\nprobes:\n" + config +
                       kInventories +
                       "  peers: {period: 100ms, deadline: 30s, fail_after: 1, driver_url: \"" +
                       address_ + ":" + std::to_string(port_) + "\"}\n");
  }
  [[nodiscard]] std::unique_ptr<Driver> driver_with(const std::string& numpy) const {
    return std::make_unique<Driver>(address_, port_, numpy);
  }

  Agent executor_{"executor"};
  SparkImage image_;
  std::string address_ = own_loopback_address();
  std::uint16_t port_ = unused_port(address_);
};

class GateRecipeWithADriver : public ExecutorOfADriver, public testing::TestWithParam<RecipeKind> {
 protected:
  void begin() {
    settle(kNoConfig);
    if (has_agent()) executor_.start();
    recipe_.begin();
  }
  [[nodiscard]] static bool has_agent() { return GetParam() != RecipeKind::c_init_check; }
  /// What the executor's agent says of one probe, where there is one.
  void expect(const std::string& probe, const std::string& reason) {
    if (!has_agent()) return;
    EXPECT_EQ(executor_.get_until("/readyz/" + probe, reason).body,
              "internal server error: " + reason + "\n");
  }

  Recipe recipe_{GetParam(), executor_, "/opt/spark/RELEASE"};
};

TEST_P(GateRecipeWithADriver, HoldsUntilTheDriverAppears) {
  begin();
  expect("peers", "unknown:peer.driver.not-yet");
  ASSERT_TRUE(recipe_.begins_to_hold()) << recipe_.output();

  const auto driver = driver_with(kOldNumpy);

  EXPECT_TRUE(recipe_.starts_executor()) << recipe_.output() << executor_.log();
}

TEST_P(GateRecipeWithADriver, IsHeldByOneDriverAndLetGoByTheOneThatTakesItsPlace) {
  image_.install("numpy", kNewNumpy);
  const auto first = driver_with(kOldNumpy);
  begin();
  expect("python", "python.package.differs");
  ASSERT_TRUE(recipe_.begins_to_hold()) << recipe_.output();

  first->kill();
  expect("peers", "peer.driver.unreachable");
  expect("python", "python.package.differs");
  EXPECT_TRUE(recipe_.holds()) << "the last manifest stays in force";
  const auto second = driver_with(kNewNumpy);

  EXPECT_TRUE(recipe_.starts_executor()) << recipe_.output() << executor_.log();
}

INSTANTIATE_TEST_SUITE_P(Of,
                         GateRecipeWithADriver,
                         testing::Values(RecipeKind::a_init_wait,
                                         RecipeKind::b_startup_probe,
                                         RecipeKind::c_init_check,
                                         RecipeKind::d_post_start,
                                         RecipeKind::e2_exec),
                         [](const auto& row) { return to_string(row.param); });

class DriverReplaced : public ExecutorOfADriver, public testing::Test {
 protected:
  void start(const std::string& core_site) {
    executor_.put(kCoreSite, core_site);
    settle("  config: {period: 100ms, deadline: 30s}\n");
    executor_.start();
  }
  void expect(const std::string& probe, const std::string& reason) {
    EXPECT_EQ(executor_.get_until("/readyz/" + probe, reason).body,
              "internal server error: " + reason + "\n")
        << executor_.log();
  }
};

// All checks have passed, but the comparison with the first driver says nothing about the second.
TEST_F(DriverReplaced, BeforeTheGateOpenedIsComparedWithBeforeItOpens) {
  const auto first = driver_with(kOldNumpy);
  start(kBroken);
  ASSERT_EQ(executor_.get_until_ok("/readyz/python").body, "ok") << executor_.log();
  expect("config", "config.core-site.malformed");
  first->kill();
  expect("peers", "peer.driver.unreachable");
  executor_.put(kCoreSite, kWhole);
  ASSERT_EQ(executor_.get_until_ok("/readyz/config").body, "ok");

  const auto second = driver_with(kNewNumpy);

  expect("python", "python.package.differs");
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
  EXPECT_EQ(executor_.get("/startupz").status, 500) << "it opened for the first driver";
  EXPECT_THAT(executor_.get("/status").body, HasSubstr("\"phase\":\"holding\""));
}

TEST_F(DriverReplaced, AfterTheGateOpenedIsComparedWithAndCannotCloseIt) {
  const auto first = driver_with(kOldNumpy);
  start(kWhole);
  ASSERT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();
  ASSERT_EQ(executor_.get_until_ok("/readyz").body, "ok") << executor_.log();

  first->kill();
  expect("peers", "peer.driver.unreachable");
  EXPECT_EQ(executor_.get("/readyz/python").body, "ok") << "the last manifest stays in force";
  const auto second = driver_with(kNewNumpy);

  expect("python", "python.package.differs");
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
  EXPECT_EQ(executor_.get("/readyz").status, 500);
  EXPECT_EQ(executor_.get("/startupz").status, 200) << "open is for ever";
  EXPECT_THAT(second->agent().get_until("/status", "python.package.differs").body,
              HasSubstr("\"subject\":\"numpy\""))
      << "the second one knows";
}

}  // namespace
}  // namespace sparkwarden::tests
