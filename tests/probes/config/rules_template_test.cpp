// SPDX-License-Identifier: Apache-2.0
// The executor pod template: containers, the pod around them, mounts that meet, our own containers.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kYaml = "executor-pod-template.yaml";

std::vector<Finding> findings_of(const Texts& texts) {
  return all_findings(deployment_of(texts));
}
std::vector<Told> told_of(const Texts& texts) {
  return told(findings_of(texts));
}
Told at(const char* code, const char* severity, const char* subject, const std::string& place) {
  return {code, severity, subject, std::string(kYaml) + ":" + place};
}

// --- the Spark container ---

TEST(SparkContainer, UnderAnotherNameIsNotSeenToEnd) {
  const std::string two = R"(spec:
  containers:
    - name: executor
    - name: log-shipper
)";

  EXPECT_THAT(told_of({.pod_template = two}),
              ElementsAre(at("template.container-name.unseen", "warning", "executor", "3:13")));
  EXPECT_THAT(told_of({.defaults = "spark.kubernetes.executor.podTemplateContainerName executor\n",
                       .pod_template = two}),
              IsEmpty());
  EXPECT_THAT(told_of({.pod_template = "spec: {containers: [{name: executor}]}\n"}), IsEmpty());
}

TEST(SparkContainer, HasItsImageReplaced) {
  EXPECT_THAT(told_of({.defaults = "spark.kubernetes.container.image r/spark:4.0.1\n",
                       .pod_template = "spec:\n"
                                       "  containers:\n"
                                       "    - name: spark-kubernetes-executor\n"
                                       "      image: r/spark:3.5.1\n"}),
              ElementsAre(at("template.container.image", "info", "r/spark:3.5.1", "4:14")));
}

TEST(SparkContainer, NeedsItsEntrypoint) {
  const auto with = [](const std::string& line) {
    return Texts{.pod_template = "spec:\n  containers:\n    - name: spark-kubernetes-executor\n" +
                                 ("      " + line + "\n")};
  };

  EXPECT_THAT(told_of(with("command: [/bin/bash, -c, start.sh]")),
              ElementsAre(at("template.container.entrypoint", "warning", "/bin/bash", "4:17")));
  EXPECT_THAT(told_of(with("args: [--verbose]")),
              ElementsAre(at("template.container.entrypoint", "warning", "--verbose", "4:14")));
  EXPECT_THAT(told_of(with("command: [/usr/bin/tini, -s, --, /opt/entrypoint.sh]")), IsEmpty());
  EXPECT_THAT(told_of(with("args: []")), IsEmpty());
}

TEST(SparkContainer, HasVariablesThatSparkSetsAgain) {
  EXPECT_THAT(told_of({.defaults = "spark.executorEnv.TZ UTC\nspark.executorEnv.LANG C.UTF-8\n",
                       .pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      env:
        - {name: SPARK_LOCAL_DIRS, value: /scratch}
        - {name: TZ, value: Europe/Berlin}
        - {name: LANG, value: C.UTF-8}
        - {name: AWS_REGION, value: eu-central-1}
        - {name: AWS_REGION, value: eu-west-1}
)"}),
              ElementsAre(at("template.env.duplicate", "warning", "AWS_REGION", "9:18"),
                          at("template.env.overridden", "warning", "SPARK_LOCAL_DIRS", "5:18"),
                          at("template.env.overridden", "warning", "TZ", "6:18")));
}

// --- the pod ---

TEST(ExecutorPod, HasFieldsThatSparkReplaces) {
  EXPECT_THAT(
      told_of({.defaults = "spark.kubernetes.authenticate.driver.serviceAccountName spark\n"
                           "spark.kubernetes.executor.label.spark-role batch\n",
               .pod_template = R"(metadata:
  labels: {spark-role: worker, team: data}
spec:
  restartPolicy: OnFailure
  serviceAccountName: spark-s3
  containers:
    - name: spark-kubernetes-executor
)"}),
      ElementsAre(at("template.pod.restart-policy", "info", "OnFailure", "4:18"),
                  at("template.label.overwritten", "info", "spark-role", "2:12"),
                  Told{"config.label.reserved",
                       "error",
                       "spark.kubernetes.executor.label.spark-role",
                       "spark-defaults.conf:2:1"},
                  at("template.service-account.overridden", "warning", "spark-s3", "5:23")));
}

constexpr const char* kInlineNfs = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: data, mountPath: /mnt/data}
  volumes:
    - {name: data, nfs: {server: 10.10.0.10, path: /volume1/data}}
    - {name: forgotten, emptyDir: {}}
)";

TEST(ExecutorPod, HasVolumesThatNobodyMounts) {
  EXPECT_THAT(told_of({.pod_template = kInlineNfs}),
              ElementsAre(at("template.volume.unused", "info", "forgotten", "8:14")));
}

TEST(ExecutorPod, InARestrictedNamespaceHasNoInlineNfs) {
  Deployment deployment =
      deployment_of({.defaults = "spark.kubernetes.executor.volumes.hostPath.h.mount.path /h\n"
                                 "spark.kubernetes.executor.volumes.hostPath.h.options.path /h\n",
                     .pod_template = kInlineNfs});
  deployment.pod_security = "restricted";

  EXPECT_THAT(
      told(restricted_volumes(SparkPod(deployment, Side::executor))),
      ElementsAre(at("template.volume.restricted", "error", "data", "7:14"),
                  Told{"template.volume.restricted", "error", "h", "spark-defaults.conf:1:1"}));
}

TEST(ExecutorPod, WithItsCheckpointOnTheNode) {
  EXPECT_THAT(told_of({.defaults = "spark.sql.streaming.checkpointLocation file:///mnt/c\n",
                       .pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: c, mountPath: /mnt/c}
  volumes:
    - {name: c, hostPath: {path: /data/c}}
)",
                       .core_site = "<configuration/>"}),
              ElementsAre(Told{"template.checkpoint-volume.host-path",
                               "info",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
}

// --- what meets what Spark mounts ---

TEST(SparksMounts, MeetTheTemplates) {
  const auto findings =
      findings_of({.defaults = "spark.local.dir /scratch,/fast\n"
                               "spark.kubernetes.executor.secrets.s3 /etc/s3\n"
                               "spark.kubernetes.executor.hadoopConfigMapName hadoop\n",
                   .pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: a, mountPath: /scratch}
        - {name: b, mountPath: /etc/s3}
        - {name: c, mountPath: /opt/hadoop/conf}
  volumes:
    - {name: a, emptyDir: {}}
    - {name: b, emptyDir: {}}
    - {name: c, emptyDir: {}}
)"});

  EXPECT_THAT(told(findings),
              ElementsAre(at("template.mount-path.duplicate", "error", "/etc/s3", "6:32"),
                          at("template.mount-path.duplicate", "error", "/opt/hadoop/conf", "7:32"),
                          at("template.mount-path.duplicate", "error", "/scratch", "5:32")));
}

TEST(SparksMounts, GiveWayToScratchVolumesOfTheUser) {
  const std::string mounted = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: spark-local-dir-1, mountPath: /scratch}
  volumes:
    - {name: spark-local-dir-1, emptyDir: {}}
)";
  EXPECT_THAT(told_of({.defaults = "spark.local.dir /scratch\n", .pod_template = mounted}),
              IsEmpty());

  const std::string elsewhere = R"(spec:
  containers:
    - name: spark-kubernetes-executor
    - name: log-shipper
      volumeMounts:
        - {name: spark-local-dir-1, mountPath: /scratch}
  volumes:
    - {name: spark-local-dir-1, emptyDir: {}}
)";
  const auto findings = findings_of({.pod_template = elsewhere});
  EXPECT_THAT(
      told(findings),
      ElementsAre(at("template.volume-name.duplicate", "error", "spark-local-dir-1", "8:14")));
  EXPECT_THAT(findings.front().effect, HasSubstr("Duplicate value: \"spark-local-dir-1\""));
}

TEST(SparksMounts, CannotBeSeenBehindOthers) {
  EXPECT_THAT(
      told_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: jars, mountPath: /opt/spark/jars/}
        - {name: krb5, mountPath: /etc}
        - {name: krb5, mountPath: /etc/krb5.conf, subPath: krb5.conf}
  volumes:
    - {name: jars, emptyDir: {}}
    - {name: krb5, configMap: {name: krb5}}
)"}),
      ElementsAre(at("template.mount-path.hides-spark", "warning", "/opt/spark/jars/", "5:35"),
                  at("template.mount-path.hides-system", "error", "/etc", "6:35")));
}

// --- our own containers ---

std::string ours(const std::string& init) {
  return "spec:\n  initContainers:\n" + init +
         "  containers:\n    - name: spark-kubernetes-executor\n";
}

const std::string kAgent =
    "    - {name: sparkwarden, image: 'r/sparkwarden:0.1.0', restartPolicy: Always, args: [run]}\n";
const std::string kGate =
    "    - {name: sparkwarden-wait, image: 'r/spark:4.0.1', "
    "command: [/var/run/sparkwarden/bin/sparkwarden, wait, --manifest]}\n";
const std::string kImage = "spark.kubernetes.container.image r/spark:4.0.1\n";

TEST(OurContainers, AreFineAsTheChartHasThem) {
  EXPECT_THAT(told_of({.defaults = kImage, .pod_template = ours(kAgent + kGate)}), IsEmpty());
  EXPECT_THAT(told_of({.pod_template = ours("    - {name: check, image: 'r/sparkwarden:0.1.0', "
                                            "args: [wait, --check]}\n")}),
              IsEmpty());
}

TEST(OurContainers, ThatNeverEndOrComeInTheWrongOrder) {
  EXPECT_THAT(told_of({.pod_template = ours("    - {name: sparkwarden, args: [run]}\n")}),
              ElementsAre(at("template.agent.restart-policy", "error", "sparkwarden", "3:14")));
  EXPECT_THAT(told_of({.defaults = kImage, .pod_template = ours(kGate + kAgent)}),
              ElementsAre(at("template.agent.order", "error", "sparkwarden-wait", "3:14")));
  EXPECT_THAT(told_of({.defaults = kImage, .pod_template = ours(kGate)}),
              ElementsAre(at("template.agent.missing", "warning", "sparkwarden-wait", "3:14")));
}

TEST(OurContainers, InImagesThatDoNotFit) {
  EXPECT_THAT(told_of({.defaults = "spark.kubernetes.executor.container.image r/spark:4.0.2\n",
                       .pod_template = ours(kAgent + kGate)}),
              ElementsAre(at("template.agent.gate-image", "warning", "r/spark:4.0.1", "4:39")));
  EXPECT_THAT(
      told_of({.pod_template = ours(kAgent + "    - {name: w, image: 'r/sparkwarden:0.2.0', "
                                             "args: [wait]}\n")}),
      ElementsAre(at("template.agent.version", "warning", "r/sparkwarden:0.2.0", "4:24")));
}

}  // namespace
}  // namespace sparkwarden::probes::config
