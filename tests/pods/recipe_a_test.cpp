// SPDX-License-Identifier: Apache-2.0
// Recipe A of docs/gate.md, from charts/plain/executor-sidecar.yaml: agent, `wait --manifest` in
// Spark's image, Spark.
#include <fstream>
#include <iterator>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pods/in_pods.hpp"

namespace sparkwarden::tests {
namespace {

namespace json = boost::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;
using Phase = Pod::Phase;

constexpr const char* kAll = ", python, runtime";

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class RecipeA : public InPods {
 protected:
  [[nodiscard]] static std::unique_ptr<Pod> executor(const std::string& core_site,
                                                     const std::string& timeout) {
    return start(executor_pod(new_name(), "A"), cluster(enforcing(kAll, timeout), core_site));
  }
};

TEST_F(RecipeA, StartsSparkAfterAnInventoryOfItsImage) {
  const auto pod = executor(kWhole, "5m");

  ASSERT_EQ(pod->settle(), Phase::running) << pod->story();

  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 0);
  EXPECT_THAT(pod->termination_message("sparkwarden-wait"), StartsWith("sparkwarden: gate open"));
  EXPECT_TRUE(pod->sync_until([&] { return !pod->log(kExecutorContainer).empty(); }));
  EXPECT_EQ(pod->log(kExecutorContainer), "entrypoint is process 1 with: executor\n");
  // Only Spark's image has these, and the agent, in an image of its own, has them from there.
  const json::value left = json::parse(read(pod->volume("sparkwarden") / "manifest.json"));
  EXPECT_EQ(left.at_pointer("/python/distributions").as_array().size(), 2);
  EXPECT_EQ(left.at_pointer("/python/distributions/1/name"), json::value("pandas"));
  EXPECT_EQ(left.at_pointer("/runtime/spark"), json::value("4.0.1"));
  const json::value served = json::parse(pod->get("/v1/manifest").body);
  EXPECT_EQ(served.at_pointer("/python"), left.at_pointer("/python"));
  EXPECT_EQ(served.at_pointer("/runtime"), left.at_pointer("/runtime"));
  EXPECT_THAT(pod->get("/metrics").body, HasSubstr("sparkwarden_python_packages 2\n"));
}

// The security context and the limit of the YAML are in force: what the agent does, it does so.
TEST_F(RecipeA, NeedsNoRootNoCapabilityAndNoWritableRoot) {
  const auto pod = executor(kWhole, "5m");
  ASSERT_EQ(pod->settle(), Phase::running) << pod->story();

  const std::filesystem::path agent = pod->process("sparkwarden");

  const std::string status = read(agent / "status");
  EXPECT_THAT(status, HasSubstr("\nUid:\t185\t185\t185\t185\n"));
  EXPECT_THAT(status, HasSubstr("\nGid:\t185\t185\t185\t185\n"));
  EXPECT_THAT(status, HasSubstr("\nCapEff:\t0000000000000000\n"));
  EXPECT_THAT(status, HasSubstr("\nCapBnd:\t0000000000000000\n"));
  EXPECT_THAT(status, HasSubstr("\nNoNewPrivs:\t1\n"));
  EXPECT_THAT(read(agent / "mounts"), ContainsRegex("[^ ]+ / [^ ]+ ro,"));
  EXPECT_THAT(read(agent / "mounts"), ContainsRegex(" /etc/sparkwarden [^ ]+ ro,"));
}

TEST_F(RecipeA, FailsThePodWithTheReasonAndNeverStartsSpark) {
  const auto pod = executor(kBroken, "3s");

  EXPECT_EQ(pod->settle(), Phase::failed) << pod->story();

  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 1);
  const std::string message = pod->termination_message("sparkwarden-wait");
  EXPECT_THAT(message, StartsWith("sparkwarden: gate failed; error config.core-site.malformed"));
  EXPECT_THAT(message, HasSubstr("more: sparkwarden explain config.core-site.malformed"));
  EXPECT_EQ(message.find('\n'), message.size() - 1) << "one line";
  EXPECT_LE(message.size(), 2048U);
  EXPECT_EQ(pod->log("sparkwarden-wait"), message);
  EXPECT_FALSE(pod->started(kExecutorContainer));
}

TEST_F(RecipeA, StartsSparkWhenTheChecksPassLate) {
  const auto pod = executor(kBroken, "5m");
  ASSERT_TRUE(sync_until_held(*pod)) << pod->story();
  EXPECT_EQ(pod->sync(), Phase::pending);
  EXPECT_FALSE(pod->started(kExecutorContainer));

  mend(*pod, enforcing(kAll, "5m"));

  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();
  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 0);
}

TEST_F(RecipeA, SurvivesAnAgentThatIsKilledWhileItHolds) {
  const auto pod = executor(kBroken, "5m");
  ASSERT_TRUE(sync_until_held(*pod)) << pod->story();

  pod->kill("sparkwarden");
  EXPECT_TRUE(pod->sync_until([&] { return pod->restarts("sparkwarden") == 1; }));
  ASSERT_TRUE(sync_until_held(*pod)) << "the new one was asked: " << pod->story();
  EXPECT_FALSE(pod->started(kExecutorContainer));
  mend(*pod, enforcing(kAll, "5m"));

  EXPECT_EQ(pod->settle(), Phase::running) << pod->story();
  EXPECT_EQ(pod->exit_code("sparkwarden-wait"), 0);
}

TEST_F(RecipeA, EndsWithinItsGraceAsTheFirstProcessAndReapsWhatIsLeftToIt) {
  // Its own root is looked at by children, though there is nothing in it.
  const std::string settings =
      enforcing("", "5m") + "  python: {source: root}\n  runtime: {source: root}\n";
  const auto pod = start(executor_pod(new_name(), "A"), cluster(settings, kWhole));
  ASSERT_EQ(pod->settle(), Phase::running) << pod->story();
  for (const std::string probe : {"python", "runtime"}) {
    const std::string ran = "sparkwarden_probe_runs_total{probe=\"" + probe + "\"} 1";
    ASSERT_TRUE(sync_until_says(*pod, "/metrics", ran)) << pod->story();
  }
  const std::filesystem::path agent = pod->process("sparkwarden");
  EXPECT_THAT(read(agent / "status"), ContainsRegex("NSpid:[0-9	]*	1\n"))
      << "process 1 of its container";

  // What a command that is run in the container, as by `kubectl exec`, leaves behind.
  const Finished left = run_to_end(
      {"nsenter", "--pid=" + (agent / "ns/pid").string(), "sh", "-c", "(exec sleep 0.01) &"});
  ASSERT_EQ(left.code, 0) << left.err;

  const std::filesystem::path children = agent / "task" / agent.filename() / "children";
  EXPECT_TRUE(pod->sync_until([&] { return read(children).empty(); })) << read(children);

  EXPECT_EQ(pod->stop("sparkwarden", 30), 0) << "137: it had to be killed";
}

}  // namespace
}  // namespace sparkwarden::tests
