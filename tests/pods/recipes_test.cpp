// SPDX-License-Identifier: Apache-2.0
// Recipes B to E of docs/gate.md, from the YAML there.
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pods/in_pods.hpp"

namespace sparkwarden::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Phase = Pod::Phase;

constexpr const char* kFailed = "sparkwarden: gate failed; error config.core-site.malformed";

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Recipes : public InPods {
 protected:
  [[nodiscard]] static std::unique_ptr<Pod> executor(const std::string& recipe,
                                                     const std::string& settings,
                                                     const std::string& core_site) {
    return start(executor_pod(new_name(), recipe), cluster(settings, core_site));
  }
  static std::string manifest(const Pod& pod) {
    return read(pod.volume("sparkwarden") / "manifest.json");
  }
};

TEST_F(Recipes, BHoldsByTheStartupProbeAlone) {
  const auto pod = executor("B", enforcing("", "5m"), kBroken);
  ASSERT_TRUE(sync_until_held(*pod)) << pod->story();
  EXPECT_EQ(pod->sync(), Phase::pending);
  EXPECT_FALSE(pod->started(kExecutorContainer));

  mend(*pod, enforcing("", "5m"));

  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();
  EXPECT_EQ(pod->restarts("sparkwarden"), 0);
}

TEST_F(Recipes, CChecksTheImageOfSparkWithoutAnAgent) {
  const auto pod = executor("C", enforcing(", python, runtime", "5m"), kWhole);

  ASSERT_EQ(pod->settle(), Phase::running) << pod->story();

  EXPECT_EQ(pod->exit_code("sparkwarden-install"), 0);
  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 0);
  EXPECT_THAT(pod->termination_message("sparkwarden-wait"), StartsWith("sparkwarden: gate open"));
  EXPECT_THAT(manifest(*pod), HasSubstr("pandas"));
}

TEST_F(Recipes, CFailsThePodWithTheReason) {
  YAML::Node yaml = executor_pod(new_name(), "C");
  YAML::Node command = yaml["spec"]["initContainers"][1]["command"];
  for (YAML::Node word : command) {
    if (word.as<std::string>() == "150s") word = "3s";
  }
  const auto pod = start(yaml, cluster(enforcing(", python, runtime", "5m"), kBroken));

  EXPECT_EQ(pod->settle(), Phase::failed) << pod->story();

  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 1);
  EXPECT_THAT(pod->termination_message("sparkwarden-wait"),
              HasSubstr("error config.core-site.malformed"));
  EXPECT_FALSE(pod->started(kExecutorContainer));
}

TEST_F(Recipes, DHoldsByTheHookOfAClassicSidecar) {
  const auto pod = executor("D", enforcing("", "5m"), kBroken);
  ASSERT_TRUE(sync_until_held(*pod)) << pod->story();
  EXPECT_EQ(pod->sync(), Phase::pending);
  EXPECT_FALSE(pod->started(kExecutorContainer));

  mend(*pod, enforcing("", "5m"));

  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();
  EXPECT_EQ(pod->exit_code("sparkwarden"), std::nullopt) << "it goes on";
}

TEST_F(Recipes, DCannotHoldAnExecutorWhoseGateFails) {
  const auto pod = executor("D", enforcing("", "3s"), kBroken);

  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();

  EXPECT_TRUE(pod->started(kExecutorContainer));
  EXPECT_EQ(pod->exit_code("sparkwarden"), 137) << "the kubelet kills it for its hook";
  EXPECT_THAT(pod->termination_message("sparkwarden"), StartsWith(kFailed));
}

TEST_F(Recipes, E1TakesTheInventoryOfTheContainerThatSparkRunsIn) {
  YAML::Node yaml = executor_pod(new_name(), "E1");
  // What only this container has, and no other of its image.
  YAML::Node here;
  here["name"] = "PYTHONPATH";
  here["value"] = "/opt/late";
  yaml["spec"]["containers"][0]["env"].push_back(here);
  const auto pod = start(yaml, cluster(enforcing(", python, runtime", "5m"), kWhole));

  ASSERT_EQ(pod->settle(), Phase::running) << pod->story();

  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 0) << "beside A";
  EXPECT_EQ(pod->exit_code(kExecutorContainer), std::nullopt) << "its hook ended well";
  EXPECT_THAT(manifest(*pod), HasSubstr("\"late\""));
  EXPECT_THAT(manifest(*pod), HasSubstr("\"pandas\""));
}

TEST_F(Recipes, E2BecomesTheEntrypointWithItsSignalsAndItsExitCode) {
  const auto pod = executor("E2", enforcing(", python, runtime", "5m"), kBroken);
  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();
  ASSERT_TRUE(sync_until_held(*pod)) << pod->story();
  EXPECT_THAT(read(pod->process(kExecutorContainer) / "cmdline"), HasSubstr("sparkwarden"));
  EXPECT_THAT(pod->log(kExecutorContainer), Not(HasSubstr("entrypoint")));

  mend(*pod, enforcing(", python, runtime", "5m"));

  const std::string started = "entrypoint is process 1 with: executor\n";
  EXPECT_TRUE(pod->sync_until([&] {
    return pod->log(kExecutorContainer).find(started) != std::string::npos;
  })) << pod->story();
  EXPECT_THAT(read(pod->process(kExecutorContainer) / "cmdline"), HasSubstr("/opt/entrypoint.sh"));
  EXPECT_THAT(manifest(*pod), HasSubstr("pandas"));
  EXPECT_THAT(pod->termination_message(kExecutorContainer), IsEmpty());
  EXPECT_EQ(pod->stop(kExecutorContainer, 30), 52) << "the entrypoint's own answer to SIGTERM";
}

TEST_F(Recipes, E2EndsTheContainerWithOneWhenTheGateFails) {
  const auto pod = executor("E2", enforcing(", python, runtime", "3s"), kBroken);

  EXPECT_TRUE(pod->sync_until([&] { return pod->sync() == Phase::failed; })) << pod->story();

  EXPECT_EQ(pod->exit_code(kExecutorContainer), 1);
  EXPECT_THAT(pod->log(kExecutorContainer), Not(HasSubstr("entrypoint")));
  EXPECT_THAT(pod->termination_message(kExecutorContainer), StartsWith(kFailed));
}

}  // namespace
}  // namespace sparkwarden::tests
