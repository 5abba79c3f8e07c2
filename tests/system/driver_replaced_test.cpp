// SPDX-License-Identifier: Apache-2.0
// An executor whose driver's pod comes up again at another address: found by the Kubernetes API,
// which a TLS server plays in a network of the test's own. All three agents are real.
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/peers/kubernetes.hpp"
#include "tests/support/agent.hpp"
#include "tests/support/gate_recipe.hpp"
#include "tests/support/network_namespace.hpp"
#include "tests/support/spark_image.hpp"
#include "tests/support/tls_server.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;

constexpr const char* kFirst = "127.0.0.2";
constexpr const char* kSecond = "127.0.0.3";
constexpr const char* kOldNumpy = "1.26.4";
constexpr const char* kNewNumpy = "2.1.0";
constexpr const char* kInventories =
    "  config: {enabled: false}\n"
    "  storage: {enabled: false}\n"
    "  python: {source: root, period: 100ms, deadline: 30s}\n"
    "  runtime: {source: root, period: 100ms, deadline: 30s}\n";

class DriverInKubernetes : public testing::Test {
 protected:
  DriverInKubernetes() {
    network_.inside([&] {
      api_ = std::make_unique<TlsServer>(certificate_,
                                         [this](const std::string& head) { return answer(head); });
    });
  }

  void start_driver(Agent& driver, const char* address, const char* numpy) const {
    SparkImage(driver.under_root("")).install("numpy", numpy);
    driver.settings(std::string("probes:\n") + kInventories);
    driver.live_in(network_);
    driver.listen(address, 9797);  // where executors look when they are told a host alone
    driver.start();
  }
  void start_executor(const char* numpy) {
    SparkImage(executor_.under_root("")).install("numpy", numpy);
    const std::string account = std::string(probes::peers::kServiceAccount) + "/";
    executor_.put(account + "token", "secret-token\n");
    executor_.put(account + "namespace", "spark");
    executor_.put(account + "ca.crt", certificate_.certificate);
    executor_.settings(std::string("gate: {mode: enforce, timeout: 5m, on_timeout: fail}\n") +
                       "probes:\n" + kInventories +
                       "  peers: {period: 100ms, deadline: 30s, fail_after: 1, "
                       "kubernetes_api: true, proc: false}\n");
    executor_.variable("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    executor_.variable("KUBERNETES_SERVICE_PORT", std::to_string(api_->port()));
    executor_.variable("SPARKWARDEN_POD_NAME", "spark-exec-3");
    executor_.variable("SPARKWARDEN_POD_NAMESPACE", "spark");
    executor_.live_in(network_);
    executor_.start();
  }
  /// From now on the API shows this as the driver's pod.
  void show(std::string address, std::string uid = "d-1") {
    const std::lock_guard lock(mutex_);
    address_ = std::move(address);
    uid_ = std::move(uid);
  }
  void expect(const std::string& probe, const std::string& reason) {
    EXPECT_EQ(executor_.get_until("/readyz/" + probe, reason).body,
              "internal server error: " + reason + "\n")
        << executor_.log();
  }

  std::string answer(const std::string& head) {
    const bool own = head.find("/pods/spark-exec-3 ") != std::string::npos;
    const std::lock_guard lock(mutex_);
    return json_answer(200, own ? executor_pod() : driver_pod(address_, uid_));
  }

  NetworkNamespace network_;
  std::mutex mutex_;
  std::string address_ = kFirst;
  std::string uid_ = "d-1";
  Certificate certificate_ = self_signed("IP:127.0.0.1");
  std::unique_ptr<TlsServer> api_;
  Agent first_{"driver"};
  Agent second_{"driver"};
  Agent executor_{"executor"};
};

TEST_F(DriverInKubernetes, ThatMovesAfterTheGateOpenedIsFoundAgainAndComparedWith) {
  start_driver(first_, kFirst, kOldNumpy);
  start_executor(kOldNumpy);
  ASSERT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();

  // The API is asked only once the old address fails.
  show(kSecond);
  first_.process().kill();
  expect("peers", "unknown:peer.driver.not-yet");
  EXPECT_THAT(executor_.get("/status").body, HasSubstr("127.0.0.3:9797"));
  EXPECT_THAT(executor_.log(), HasSubstr("peer.driver.unreachable")) << "before it was found again";
  EXPECT_EQ(executor_.get("/readyz/python").body, "ok") << "the last manifest stays in force";
  start_driver(second_, kSecond, kNewNumpy);

  expect("python", "python.package.differs");
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
  EXPECT_EQ(executor_.get("/startupz").status, 200) << "open is for ever";
  EXPECT_THAT(second_.get_until("/status", "python.package.differs").body,
              HasSubstr("\"pod\":\"spark-exec-3\""));
}

TEST_F(DriverInKubernetes, ThatMovesBeforeTheGateOpenedIsWhoItOpensFor) {
  start_driver(first_, kFirst, kOldNumpy);
  start_executor(kNewNumpy);
  Recipe wait(RecipeKind::a_init_wait, executor_, "/opt/spark/RELEASE");
  wait.begin();
  expect("python", "python.package.differs");
  ASSERT_TRUE(wait.begins_to_hold()) << wait.output();

  show(kSecond);
  first_.process().kill();
  expect("peers", "unknown:peer.driver.not-yet");
  expect("python", "python.package.differs");
  EXPECT_TRUE(wait.holds()) << wait.output();
  start_driver(second_, kSecond, kNewNumpy);

  EXPECT_TRUE(wait.starts_executor()) << wait.output() << executor_.log();
  EXPECT_EQ(executor_.get_until_ok("/readyz/peers").body, "ok");
}

// A pod of the same name that came later: this executor belongs to the one that is gone.
TEST_F(DriverInKubernetes, OfAnotherUidIsNotTaken) {
  start_driver(first_, kFirst, kOldNumpy);
  start_driver(second_, kSecond, kNewNumpy);
  start_executor(kOldNumpy);
  ASSERT_EQ(executor_.get_until_ok("/startupz").status, 200) << executor_.log();
  const std::size_t asked = api_->requests().size();

  show(kSecond, "d-2");
  first_.process().kill();
  expect("peers", "peer.driver.unreachable");
  static_cast<void>(executor_.ask_until(
      "/livez", [&](const Reply&) { return api_->requests().size() >= asked + 4; }));
  ASSERT_GE(api_->requests().size(), asked + 4) << "own pod and owner, twice";
  executor_.await_runs("peers", 2);

  expect("peers", "peer.driver.unreachable");
  EXPECT_THAT(executor_.get("/status").body, HasSubstr("127.0.0.2:9797"));
  EXPECT_EQ(executor_.get("/readyz/python").body, "ok");
}

}  // namespace
}  // namespace sparkwarden::tests
