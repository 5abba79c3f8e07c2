// SPDX-License-Identifier: Apache-2.0
// What Spark makes of a pod template: docs/decisions/0010 and 0012.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Template : public OnSpark {
 protected:
  [[nodiscard]] static json::object executor(const std::string& yaml,
                                             const json::object& conf = {}) {
    return ask({{"ask", "executor-pod"}, {"template", tests::hex(yaml)}, {"conf", conf}});
  }
};

// Our agent as a native sidecar, with everything we would want to use.
constexpr const char* kSidecar = R"(
apiVersion: v1
kind: Pod
spec:
  shareProcessNamespace: true
  readinessGates: [{conditionType: example.org/ready}]
  initContainers:
    - name: sparkwarden
      image: sparkwarden
      restartPolicy: Always
      resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]
      lifecycle:
        postStart: {exec: {command: [/sparkwarden, wait]}}
        preStop: {httpGet: {path: /stop, port: 9797}}
      startupProbe: {httpGet: {path: /startupz, port: 9797}, periodSeconds: 2, failureThreshold: 43200}
      readinessProbe: {httpGet: {path: /readyz, port: 9797}}
      livenessProbe: {httpGet: {path: /livez, port: 9797}, terminationGracePeriodSeconds: 5}
      volumeMounts: [{name: run, mountPath: /run/sparkwarden}]
    - name: sparkwarden-wait
      image: sparkwarden
      terminationMessagePolicy: FallbackToLogsOnError
  containers:
    - name: sidecar
      image: other
      lifecycle: {postStart: {exec: {command: [/sparkwarden, wait]}}}
    - name: spark-kubernetes-executor
      lifecycle: {postStart: {exec: {command: [/bin/true]}}}
      livenessProbe: {exec: {command: [/bin/true]}}
  volumes: [{name: run, emptyDir: {}}]
)";

const json::object kOurContainer{
    {"spark.kubernetes.executor.podTemplateContainerName", "spark-kubernetes-executor"}};

TEST_P(Template, KeepsEverythingThatASidecarNeeds) {
  const json::object answer = executor(kSidecar, kOurContainer);

  const json::value spec = at(answer, "/pod/spec");
  EXPECT_EQ(at(spec, "/shareProcessNamespace"), json::value(true));
  EXPECT_EQ(at(spec, "/readinessGates/0/conditionType"), json::value("example.org/ready"));
  EXPECT_THAT(each(at(spec, "/initContainers"), "name"),
              ElementsAre("sparkwarden", "sparkwarden-wait"));
  EXPECT_EQ(at(spec, "/initContainers/0"), json::parse(R"({
    "name": "sparkwarden", "image": "sparkwarden", "restartPolicy": "Always",
    "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
    "lifecycle": {"postStart": {"exec": {"command": ["/sparkwarden", "wait"]}},
                  "preStop": {"httpGet": {"path": "/stop", "port": 9797}}},
    "startupProbe": {"httpGet": {"path": "/startupz", "port": 9797},
                     "periodSeconds": 2, "failureThreshold": 43200},
    "readinessProbe": {"httpGet": {"path": "/readyz", "port": 9797}},
    "livenessProbe": {"httpGet": {"path": "/livez", "port": 9797},
                      "terminationGracePeriodSeconds": 5},
    "volumeMounts": [{"name": "run", "mountPath": "/run/sparkwarden"}]})"));
  EXPECT_EQ(at(spec, "/initContainers/1"), json::parse(R"({
    "name": "sparkwarden-wait", "image": "sparkwarden",
    "terminationMessagePolicy": "FallbackToLogsOnError"})"));
  EXPECT_EQ(named(at(spec, "/containers"), "sidecar"), json::parse(R"({
    "name": "sidecar", "image": "other",
    "lifecycle": {"postStart": {"exec": {"command": ["/sparkwarden", "wait"]}}}})"));
  const json::value spark = named(at(spec, "/containers"), "spark-kubernetes-executor");
  EXPECT_EQ(at(spark, "/lifecycle/postStart/exec/command/0"), json::value("/bin/true"));
  EXPECT_EQ(at(spark, "/livenessProbe/exec/command/0"), json::value("/bin/true"));
}

TEST_P(Template, KeepsFieldsThatItsKubernetesClientDoesNotKnow) {
  const json::object answer = executor(R"(
spec:
  ofTheFuture: {a: [1]}
  initContainers: [{name: a, ofTheFuture: 2}]
  containers: [{name: spark-kubernetes-executor}]
)");

  EXPECT_EQ(at(answer, "/pod/spec/ofTheFuture/a/0"), json::value(1));
  EXPECT_EQ(at(answer, "/pod/spec/initContainers/0/ofTheFuture"), json::value(2));
}

TEST_P(Template, LosesTheLifecycleOfItsSparkContainerToDecommissioning) {
  json::object conf = kOurContainer;
  conf["spark.decommission.enabled"] = "true";

  const json::object answer = executor(kSidecar, conf);

  const json::value containers = at(answer, "/pod/spec/containers");
  EXPECT_EQ(at(named(containers, "spark-kubernetes-executor"), "/lifecycle"),
            json::parse(R"({"preStop": {"exec": {"command": ["/opt/decom.sh"]}}})"));
  EXPECT_EQ(at(named(containers, "sidecar"), "/lifecycle/postStart/exec/command/0"),
            json::value("/sparkwarden"));
}

TEST_P(Template, IsOverruledInTheSparkContainerAndInThePod) {
  const json::object answer = executor(R"(
metadata: {name: mine, namespace: mine}
spec:
  restartPolicy: Always
  hostname: mine
  terminationGracePeriodSeconds: 120
  containers:
    - name: spark-kubernetes-executor
      image: mine
      args: [mine]
      command: [mine]
      resources: {requests: {cpu: 7, memory: 1Gi, ephemeral-storage: 1Gi}, limits: {cpu: 8}}
      securityContext: {allowPrivilegeEscalation: true, runAsUser: 5}
      env: [{name: SPARK_CONF_DIR, value: /mine}]
)");

  const json::value pod = at(answer, "/pod");
  const json::value spark = at(pod, "/spec/containers/0");
  EXPECT_EQ(at(pod, "/spec/restartPolicy"), json::value("Never"));
  EXPECT_EQ(at(pod, "/metadata/name"), json::value("app-exec-1"));
  EXPECT_EQ(at(pod, "/spec/hostname"), json::value("app-exec-1"));
  EXPECT_EQ(at(spark, "/image"), json::value("spark"));
  EXPECT_EQ(at(spark, "/args"), json::parse(R"(["mine", "executor"])"));
  EXPECT_EQ(at(spark, "/command"), json::parse(R"(["mine"])"));
  EXPECT_EQ(at(spark, "/resources"), json::parse(R"({
    "requests": {"cpu": "1", "memory": "1408Mi", "ephemeral-storage": "1Gi"},
    "limits": {"cpu": "8", "memory": "1408Mi"}})"));
  // Both stay, and the API server takes the last.
  std::vector<std::string> places;
  const json::value variables = at(spark, "/env");
  for (const json::value& variable : variables.as_array()) {
    if (at(variable, "/name") == json::value("SPARK_CONF_DIR")) {
      places.emplace_back(at(variable, "/value").as_string());
    }
  }
  EXPECT_THAT(places, ElementsAre("/mine", "/opt/spark/conf"));
  // 4.3: a grace period of its own, no privilege escalation, and a resize policy, whatever is asked
  // for.
  EXPECT_EQ(at(pod, "/spec/terminationGracePeriodSeconds"), json::value(is_3() ? 120 : 30));
  EXPECT_EQ(at(spark, "/securityContext/allowPrivilegeEscalation"), json::value(is_3()));
  EXPECT_EQ(at(spark, "/securityContext/runAsUser"), json::value(5));
  EXPECT_EQ(at(spark, "/resizePolicy").is_array(), !is_3());
  // The builder leaves the namespace to the one who sends the pod.
  EXPECT_EQ(at(pod, "/metadata/namespace"), json::value("mine"));
}

TEST_P(Template, ServiceAccountNameIsOverruledAndServiceAccountIsNot) {
  const json::object conf{{"spark.kubernetes.authenticate.executor.serviceAccountName", "conf"}};

  const json::object modern =
      executor("spec: {serviceAccountName: mine, containers: [{name: c}]}\n", conf);
  const json::object deprecated =
      executor("spec: {serviceAccount: mine, containers: [{name: c}]}\n", conf);

  EXPECT_EQ(at(modern, "/pod/spec/serviceAccountName"), json::value("conf"));
  EXPECT_EQ(at(deprecated, "/pod/spec/serviceAccount"), json::value("mine"));
}

INSTANTIATE_ON_SPARK(Template);

struct Naming {
  const char* what;
  const char* spec;        // of the template
  const char* property;    // podTemplateContainerName; empty: unset
  const char* spark;       // the container that became Spark's
  const char* containers;  // all, in the order of the built pod
  bool warns;
};

class SparkContainer : public OnSpark {};

TEST_P(SparkContainer, IsChosenByNameOrElseTheFirst) {
  const std::vector<Naming> table{
      {"unset", "containers: [{name: a}, {name: b}]", "", "a", "b a", false},
      {"named", "containers: [{name: a}, {name: b}, {name: c}]", "b", "b", "a c b", false},
      {"absent", "containers: [{name: a}, {name: b}]", "nobody", "a", "b a", true},
      {"case", "containers: [{name: a}, {name: b}]", "B", "a", "b a", true},
      {"twice", "containers: [{name: a}, {name: b}, {name: b}]", "b", "a", "b b a", true},
      {"init", "{initContainers: [{name: i}], containers: [{name: a}]}", "i", "a", "a", true},
      {"unnamed",
       "containers: [{image: x}]",
       "",
       "spark-kubernetes-executor",
       "spark-kubernetes-executor",
       false},
      {"other name", "containers: [{name: executor}]", "", "executor", "executor", false},
      // A constant of Spark's, and yet only the property selects.
      {"literal second",
       "containers: [{name: a}, {name: spark-kubernetes-executor}]",
       "",
       "a",
       "spark-kubernetes-executor a",
       false},
      {"none",
       "shareProcessNamespace: true",
       "",
       "spark-kubernetes-executor",
       "spark-kubernetes-executor",
       false},
  };
  std::vector<json::object> questions;
  for (const Naming& each : table) {
    json::object conf;
    if (*each.property != '\0') {
      conf["spark.kubernetes.executor.podTemplateContainerName"] = each.property;
    }
    const std::string spec = *each.spec == '{' ? each.spec : "{" + std::string(each.spec) + "}";
    questions.push_back({{"ask", "executor-pod"},
                         {"template", tests::hex("spec: " + spec + "\n")},
                         {"conf", conf}});
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  for (std::size_t i = 0; i < table.size(); ++i) {
    SCOPED_TRACE(table[i].what);
    std::string containers;
    for (const std::string& name : each(at(answers[i], "/pod/spec/containers"), "name")) {
      containers += (containers.empty() ? "" : " ") + name;
    }
    EXPECT_EQ(error(answers[i]), "");
    EXPECT_EQ(at(answers[i], "/spark_container"), json::value(table[i].spark));
    EXPECT_EQ(containers, table[i].containers);
    EXPECT_EQ(logged(answers[i], "falling back to taking the first container"), table[i].warns);
  }
}

INSTANTIATE_ON_SPARK(SparkContainer);

struct Loading {
  const char* what;
  std::string file;
  const char* trouble;  // part of the innermost error; empty: it loads
};

class TemplateFile : public OnSpark {};

TEST_P(TemplateFile, IsYaml12OrJsonWithOneDocumentAndASpec) {
  const std::string pod = "metadata: {labels: {x: yes}}\nspec: {containers: [{name: c}]}\n";
  const std::vector<Loading> table{
      {"plain", pod, ""},
      {"JSON", R"({"metadata":{"labels":{"x":"yes"}},"spec":{"containers":[{"name":"c"}]}})", ""},
      {"line ends of Windows",
       "metadata: {labels: {x: yes}}\r\nspec: {containers: [{name: c}]}\r\n",
       ""},
      {"byte order mark", "\xEF\xBB\xBF" + pod, ""},
      {"empty documents around it", "---\n---\n" + pod + "---\n", ""},
      {"another kind", "kind: Job\n" + pod, ""},
      {"alias", "metadata: {labels: &l {x: yes}, annotations: *l}\nspec: {containers: []}\n", ""},
      {"merge key",
       "metadata: {labels: &l {x: yes}, annotations: {<<: *l}}\nspec: {}\n",
       "MismatchedInputException"},
      {"two documents", pod + "---\n" + pod, "ClassCastException"},
      {"a key twice", pod + "spec: {}\n", "found duplicate key spec"},
      {"tab", "spec:\n\tcontainers: []\n", "cannot start any token"},
      {"not UTF-8", "metadata: {labels: {x: \xFC}}\nspec: {}\n", "MalformedInputException"},
      {"an object for a list", "spec: {containers: {name: c}}\n", "MismatchedInputException"},
      {"no spec", "metadata: {labels: {x: yes}}\n", "PodSpec.getContainers()"},
      {"nothing", "", "NullPointerException"},
  };
  std::vector<json::object> questions;
  for (const Loading& each : table) {
    questions.push_back({{"ask", "executor-pod"}, {"template", tests::hex(each.file)}});
  }

  const auto answers = tests::spark(line()).ask_all(questions);

  for (std::size_t i = 0; i < table.size(); ++i) {
    SCOPED_TRACE(table[i].what);
    const bool loads = *table[i].trouble == '\0';
    EXPECT_THAT(error(answers[i]), HasSubstr(table[i].trouble));
    EXPECT_EQ(error(answers[i]).empty(), loads);
    if (loads) {
      EXPECT_EQ(at(answers[i], "/pod/metadata/labels/x"), json::value("yes"));
      continue;
    }
    EXPECT_EQ(at(answers[i], "/errors/0/message"),
              json::value("Could not load pod from template file."));
    EXPECT_EQ(logged(answers[i],
                     "ERROR KubernetesUtils: Encountered exception while attempting to load "
                     "initial pod spec from file"),
              1);
  }
}

TEST_P(TemplateFile, ThatIsMissingIsNamed) {
  const json::object answer =
      ask({{"ask", "executor-pod"},
           {"conf", {{"spark.kubernetes.executor.podTemplateFile", "/nowhere/pod.yaml"}}}});

  EXPECT_EQ(error(answer),
            "java.io.FileNotFoundException: /nowhere/pod.yaml (No such file or directory)");
}

INSTANTIATE_ON_SPARK(TemplateFile);

}  // namespace
}  // namespace sparkwarden
