// SPDX-License-Identifier: Apache-2.0
// What a driver sends, which address it gives its executors, and what it does when the API server
// refuses them: docs/decisions/0014, 0015 and 0016.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string driver_url(const json::object& answer) {
  const json::value variables = at(answer, "/pod/spec/containers/0/env");
  return at(named(variables, "SPARK_DRIVER_URL"), "/value").as_string().c_str();
}

class Executor : public OnSpark {};

TEST_P(Executor, AnnotationsAreCopiedAndOnlySparksOwnWordsReplaced) {
  const json::object answer =
      ask({{"ask", "executor-pod"},
           {"conf",
            {{"spark.kubernetes.executor.annotation.driver", "$(POD_IP)"},
             {"spark.kubernetes.executor.annotation.other", "$$(X) ${env:HOME}"},
             {"spark.kubernetes.executor.annotation.ids", "{{APP_ID}} {{EXECUTOR_ID}}"},
             {"spark.kubernetes.executor.label.id", "{{APP_ID}}"},
             {"spark.executorEnv.OWN", "$(SPARK_EXECUTOR_POD_IP)"}}}});

  // So $(POD_IP) is a word for the kubelet: it must be replaced before Spark sees the value.
  EXPECT_EQ(at(answer, "/pod/metadata/annotations/driver"), json::value("$(POD_IP)"));
  EXPECT_EQ(at(answer, "/pod/metadata/annotations/other"), json::value("$$(X) ${env:HOME}"));
  EXPECT_EQ(at(answer, "/pod/metadata/annotations/ids"), json::value("spark-app 1"));
  EXPECT_EQ(at(answer, "/pod/metadata/labels/id"),
            json::value(is_3() ? "{{APP_ID}}" : "spark-app"));
  // The kubelet replaces $(X) by variables that stand before it; this one stands behind.
  const std::vector<std::string> names = each(at(answer, "/pod/spec/containers/0/env"), "name");
  const auto own = std::find(names.begin(), names.end(), "OWN");
  const auto address = std::find(names.begin(), names.end(), "SPARK_EXECUTOR_POD_IP");
  EXPECT_LT(own, address);
  EXPECT_NE(address, names.end());
}

TEST_P(Executor, IsToldTheBindAddressOfItsDriverBy43) {
  const json::object bound{{"spark.driver.host", "driver.ns.svc"},
                           {"spark.driver.bindAddress", "10.1.1.1"}};
  const json::object wildcard{{"spark.driver.host", "driver.ns.svc"},
                              {"spark.driver.bindAddress", "0.0.0.0"}};
  const json::object unbound{{"spark.driver.host", "driver.ns.svc"}};
  const auto url = [](const json::object& conf) {
    return driver_url(ask({{"ask", "executor-pod"}, {"driver_ip", "10.1.1.1"}, {"conf", conf}}));
  };
  const std::string by_name = "spark://CoarseGrainedScheduler@driver.ns.svc:7078";

  EXPECT_EQ(url(unbound), by_name);
  EXPECT_EQ(url(bound), is_3() ? by_name : "spark://CoarseGrainedScheduler@10.1.1.1:7078");
  // Nobody can connect to this one. A patch release that mends it changes this line, and the page.
  EXPECT_EQ(url(wildcard), is_3() ? by_name : "spark://CoarseGrainedScheduler@0.0.0.0:7078");
}

TEST_P(Executor, ReservedLabelsAreRefused) {
  const json::object answer = ask(
      {{"ask", "executor-pod"}, {"conf", {{"spark.kubernetes.executor.label.spark-role", "x"}}}});

  EXPECT_EQ(error(answer),
            "java.lang.IllegalArgumentException: requirement failed: Custom executor labels cannot "
            "contain spark-role as it is reserved for Spark.");
}

INSTANTIATE_ON_SPARK(Executor);

/// A real SparkContext that talks to an API server of ours.
class LiveDriver : public OnSpark {};

TEST_P(LiveDriver, InClientModeSendsOneConfigMapAndTheTemplatesPod) {
  const json::object answer = ask({{"ask", "live-driver"},
                                   {"config_maps", 1},
                                   {"files",
                                    {{"core-site.xml", tests::hex("<configuration/>")},
                                     {"spark-defaults.conf", tests::hex("spark.x 1\n")}}},
                                   {"template", tests::hex(R"(
metadata: {namespace: mine}
spec:
  shareProcessNamespace: true
  initContainers: [{name: sparkwarden, restartPolicy: Always}]
  containers: [{name: spark-kubernetes-executor}, {name: sidecar}]
)")}});

  EXPECT_EQ(error(answer), "");
  const std::vector<json::value> maps = sent(answer, "ConfigMap");
  const std::vector<json::value> pods = sent(answer, "Pod");
  ASSERT_EQ(maps.size(), 1U);
  ASSERT_GE(pods.size(), 1U);
  EXPECT_EQ(at(maps[0], "/immutable"), json::value(true));
  EXPECT_EQ(at(maps[0], "/data/core-site.xml"), json::value("<configuration/>"));
  // There is one, but of nothing that the user set.
  EXPECT_THAT(at(maps[0], "/data/spark.properties").as_string().c_str(),
              testing::EndsWith("\nspark.kubernetes.namespace=ns\n"));
  EXPECT_EQ(at(pods[0], "/metadata/namespace"), json::value("ns"));
  EXPECT_EQ(at(pods[0], "/spec/initContainers/0/restartPolicy"), json::value("Always"));
  EXPECT_EQ(at(pods[0], "/spec/shareProcessNamespace"), json::value(true));
  EXPECT_THAT(each(at(pods[0], "/spec/containers"), "name"),
              ElementsAre("sidecar", "spark-kubernetes-executor"));
  EXPECT_EQ(at(pods[0], "/spec/volumes/0/configMap/name"), at(maps[0], "/metadata/name"));
  // Nobody said which pod the driver is, so nobody owns them.
  EXPECT_EQ(at(pods[0], "/metadata/ownerReferences"), json::value(nullptr));
  EXPECT_EQ(sent(answer, "Service").size() + sent(answer, "NetworkPolicy").size(), 0U);
}

TEST_P(LiveDriver, DoesNotStartWithATemplateThatDoesNotLoad) {
  const json::object answer =
      ask({{"ask", "live-driver"}, {"template", tests::hex("spec: {}\nspec: {}\n")}});

  EXPECT_EQ(at(answer, "/errors/0/message"), json::value("Could not load pod from template file."));
  EXPECT_FALSE(answer.contains("sent"));
}

TEST_P(LiveDriver, DoesNotStartAsAPodThatIsNotThere) {
  const json::object answer =
      ask({{"ask", "live-driver"}, {"conf", {{"spark.kubernetes.driver.pod.name", "nobody"}}}});

  EXPECT_EQ(error(answer),
            "org.apache.spark.SparkException: No pod was found named nobody in the cluster in the "
            "namespace ns (this was supposed to be the driver pod.).");
}

constexpr const char* kRefusal =
    "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/x\": must be unique";

TEST_P(LiveDriver, WhoseExecutorsAreRefusedAsksAgain) {
  // 4.3 has a bound of three (below), which is lifted here; 3.5 has none.
  constexpr std::size_t kRefusals = 10;
  json::object conf;
  if (!is_3()) conf["spark.executor.maxNumFailures"] = "1000";

  const json::object answer =
      ask({{"ask", "live-driver"}, {"refusal", kRefusal}, {"pods", kRefusals}, {"conf", conf}});

  EXPECT_EQ(error(answer), "");
  EXPECT_EQ(at(answer, "/alive"), json::value(true));
  EXPECT_GE(sent(answer, "Pod").size(), kRefusals);
  const char* words =
      is_3() ? "WARN ExecutorPodsSnapshotsStoreImpl: Exception when notifying snapshot subscriber."
             : "ERROR ExecutorPodsAllocator: Failed to create executor pod 1. Total failures: 1";
  EXPECT_GE(logged(answer, words), 1);
  EXPECT_GE(logged(answer, kRefusal), 1);
}

INSTANTIATE_ON_SPARK(LiveDriver);

class LiveDriverOf43 : public OnSpark {};

TEST_P(LiveDriverOf43, WhoseExecutorsAreRefusedEnds) {
  const std::unique_ptr<tests::Oracle> driver = tests::start_spark(line());

  // Its end takes twenty seconds: exit() is called by a thread that a shutdown hook waits for.
  const std::optional<int> code = driver->ask_to_the_end(
      {{"ask", "live-driver"}, {"refusal", kRefusal}, {"pods", 1000}, {"seconds", 80}});

  EXPECT_EQ(code, 11);
  EXPECT_THAT(driver->errors(), HasSubstr("Max number of executor failures (3) reached"));
}

INSTANTIATE_ON(LiveDriverOf43, "4");

}  // namespace
}  // namespace sparkwarden
