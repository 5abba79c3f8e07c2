// SPDX-License-Identifier: Apache-2.0
// What users of Spark on Kubernetes reported, one test for each report that configuration explains:
// the files as they had them, the code, and the line.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/compare.hpp"
#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kYaml = "executor-pod-template.yaml";
const std::string kConf = "spark-defaults.conf";

std::vector<Finding> findings_of(const Texts& texts) {
  return all_findings(deployment_of(texts));
}

/// kubeflow/spark-operator#1000
TEST(PainTable, Row01MountPathOfScratchMustBeUnique) {
  const auto findings = findings_of({.defaults = "spark.master           k8s://https://api:6443\n"
                                                 "spark.local.dir        /home/spark/local\n",
                                     .pod_template = R"(apiVersion: v1
kind: Pod
spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - name: fast-disk
          mountPath: /home/spark/local
  volumes:
    - name: fast-disk
      emptyDir: {}
)"});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{
                  "template.mount-path.duplicate", "error", "/home/spark/local", kYaml + ":8:22"}));
  EXPECT_THAT(findings.front().effect,
              HasSubstr("Invalid value: \"/home/spark/local\": must be unique"));
}

/// apache/spark PR 30084
TEST(PainTable, Row02TwoVolumesByPropertyAtOnePath) {
  const auto findings = findings_of(
      {.defaults = "spark.kubernetes.executor.volumes.hostPath.d1.mount.path    /data1\n"
                   "spark.kubernetes.executor.volumes.hostPath.d1.options.path  /disk1\n"
                   "spark.kubernetes.executor.volumes.hostPath.d2.mount.path    /data1\n"
                   "spark.kubernetes.executor.volumes.hostPath.d2.options.path  /disk2\n"});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{"config.mount-path.duplicate", "error", "/data1", kConf + ":3:61"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("Found duplicated mountPath: '/data1'"));
}

/// kubeflow/spark-operator#3134
TEST(PainTable, Row03TwoConfigMapsAtOnePath) {
  EXPECT_THAT(
      told(findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: app-config, mountPath: /etc/app}
        - {name: feature-flags, mountPath: /etc/app/}
  volumes:
    - {name: app-config, configMap: {name: app-config}}
    - {name: feature-flags, configMap: {name: feature-flags}}
)"})),
      ElementsAre(Told{"template.mount-path.duplicate", "error", "/etc/app/", kYaml + ":6:44"}));
}

/// kubeflow/spark-operator#828, #770; aws-samples/eks-spark-benchmark#7
TEST(PainTable, Row04ScratchVolumeDefinedAndNotMounted) {
  const auto findings = findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
  volumes:
    - name: spark-local-dir-1
      hostPath: {path: /mnt/nvme}
)"});

  EXPECT_THAT(
      told(findings),
      Contains(
          Told{"template.volume-name.duplicate", "error", "spark-local-dir-1", kYaml + ":5:13"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("Duplicate value: \"spark-local-dir-1\""));
}

/// stackabletech/spark-k8s-operator#388
TEST(PainTable, Row05OwnDefaultsAtTheConfDirectory) {
  EXPECT_THAT(told(findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: my-conf, mountPath: /opt/spark/conf}
  volumes:
    - {name: my-conf, configMap: {name: spark-conf}}
)"})),
              ElementsAre(Told{
                  "template.mount-path.conf-dir", "error", "/opt/spark/conf", kYaml + ":5:38"}));
}

/// kubeflow/spark-operator#691, #1183, #806 and others
TEST(PainTable, Row06ConfDirectoryByAVariableThatSparkSetsAgain) {
  EXPECT_THAT(
      told(findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      env:
        - name: SPARK_CONF_DIR
          value: /etc/spark/conf
      volumeMounts:
        - {name: my-conf, mountPath: /etc/spark/conf}
  volumes:
    - {name: my-conf, configMap: {name: spark-conf}}
)"})),
      ElementsAre(Told{"template.env.overridden", "warning", "SPARK_CONF_DIR", kYaml + ":5:17"}));
}

/// kubeflow/spark-operator#216
TEST(PainTable, Row07VolumeByPropertyAtTheConfDirectory) {
  EXPECT_THAT(
      told(findings_of(
          {.defaults = "spark.kubernetes.executor.volumes.persistentVolumeClaim.conf.mount.path "
                       "/opt/spark/conf/\n"
                       "spark.kubernetes.executor.volumes.persistentVolumeClaim.conf.options."
                       "claimName conf\n"})),
      ElementsAre(
          Told{"template.mount-path.conf-dir", "error", "/opt/spark/conf/", kConf + ":1:73"}));
}

/// apache/spark PR 41181: the driver resolves hdfs://x, executors do not
TEST(PainTable, Row09HadoopFilesThatOnlyTheDriverHas) {
  const std::vector<Difference> differences{{.kind = DifferenceKind::config_file,
                                             .subject = "core-site.xml",
                                             .driver = "aaaaaaaaaaaaaaaa",
                                             .executor = "bbbbbbbbbbbbbbbb"}};

  EXPECT_THAT(told(judge_differences(differences)),
              ElementsAre(Told{"config.file.differs", "warning", "core-site.xml"}));
}

/// Azure/aztk#269
TEST(PainTable, Row10TwoHyphensInAComment) {
  const auto findings = findings_of({.core_site = R"(<?xml version="1.0"?>
<configuration>
  <!-- run with --verbose -->
</configuration>
)"});

  EXPECT_THAT(
      told(findings),
      ElementsAre(Told{"config.core-site.malformed", "error", kCoreSiteAt, "core-site.xml:3:17"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("error parsing conf core-site.xml"));
}

/// kubeflow/spark-operator#1873
TEST(PainTable, Row11TemplateThatDoesNotLoad) {
  const auto findings = findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
  initContainers: []
  initContainers:
    - name: setup
)"});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{"template.file.malformed", "error", kTemplateAt, kYaml + ":5:3"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("attempting to load initial pod spec from"));
}

/// aws/aws-emr-containers-best-practices PR 87
TEST(PainTable, Row12ContainerNameInThePlural) {
  const std::string plural = R"(spec:
  containers:
    - name: spark-kubernetes-executors
    - name: fluentd
)";

  EXPECT_THAT(told(findings_of({.pod_template = plural})),
              ElementsAre(Told{"template.container-name.unseen",
                               "warning",
                               "spark-kubernetes-executors",
                               kYaml + ":3:13"}));
  EXPECT_THAT(told(findings_of({.defaults = "spark.kubernetes.executor.podTemplateContainerName "
                                            "spark-kubernetes-executor\n",
                                .pod_template = plural})),
              ElementsAre(Told{"template.container-name.missing",
                               "warning",
                               "spark-kubernetes-executor",
                               kConf + ":1:52"}));
}

/// kubeflow/spark-operator#1470
TEST(PainTable, Row13ConfigMapMountedOverEtc) {
  const auto findings = findings_of({.pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: krb5, mountPath: /etc/}
  volumes:
    - {name: krb5, configMap: {name: krb5}}
)"});

  EXPECT_THAT(
      told(findings),
      ElementsAre(Told{"template.mount-path.hides-system", "error", "/etc/", kYaml + ":5:35"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("OCI runtime create failed"));
}

/// apache/spark PR 36333
TEST(PainTable, Row17OneClaimForAllExecutors) {
  const std::string claim = "spark.kubernetes.executor.volumes.persistentVolumeClaim.data.";

  EXPECT_THAT(
      told(findings_of(
          {.defaults = claim + "mount.path /data\n" + claim + "options.claimName test-1\n" + claim +
                       "options.storageClass gp3\n" + claim + "options.sizeLimit 100Gi\n"})),
      ElementsAre(Told{"config.volume.claim-shared",
                       "warning",
                       "spark.kubernetes.executor.volumes.persistentVolumeClaim.data",
                       kConf + ":2:80"}));
}

/// dotnet/spark#676 and its like begin with a checkpoint that is not where it is thought to be
TEST(PainTable, Row18CheckpointBesideTheMount) {
  EXPECT_THAT(told(findings_of({.defaults = "spark.sql.streaming.checkpointLocation /mnt/ckpt\n",
                                .pod_template = R"(spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: ckpt, mountPath: /mnt/ckpt}
  volumes:
    - {name: ckpt, nfs: {server: 10.10.0.10, path: /volume1/ckpt}}
)",
                                .core_site = "<configuration><property><name>fs.defaultFS</name>"
                                             "<value>s3a://lake</value></property>"
                                             "</configuration>"})),
              ElementsAre(Told{"config.checkpoint.default-fs",
                               "warning",
                               "spark.sql.streaming.checkpointLocation",
                               kConf + ":1:40"}));
}

/// bitnami/containers#13997, bitnami/bitnami-docker-spark#66
TEST(PainTable, Row22TwoBuildsOfSpark) {
  EXPECT_THAT(told(findings_of(
                  {.defaults = "spark.kubernetes.driver.container.image   bitnami/spark:3.5.1\n"
                               "spark.kubernetes.executor.container.image bitnami/spark:3.5.0"
                               "\n"})),
              ElementsAre(Told{"config.image.differs",
                               "warning",
                               "spark.kubernetes.executor.container.image",
                               kConf + ":2:43"}));
}

/// apache/spark PR 57977 (SPARK-58748)
TEST(PainTable, Row24ExecutorsAreToldTheWildcard) {
  const auto findings =
      findings_of({.defaults = "spark.kubernetes.container.image  apache/spark:4.3.0\n"
                               "spark.driver.host                 notebook-xyzabc.zeppelin.svc\n"
                               "spark.driver.bindAddress          0.0.0.0\n"});

  EXPECT_THAT(
      told(findings),
      ElementsAre(Told{
          "config.driver.wildcard-address", "error", "spark.driver.bindAddress", kConf + ":3:35"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("spark://CoarseGrainedScheduler@0.0.0.0:7078"));
}

/// apache/zeppelin PR 4896
TEST(PainTable, Row30DriverTemplateInClientMode) {
  EXPECT_THAT(told(findings_of(
                  {.defaults = "spark.submit.deployMode                  client\n"
                               "spark.kubernetes.driver.podTemplateFile  /opt/driver.yaml\n"})),
              ElementsAre(Told{"config.driver.client-mode",
                               "info",
                               "spark.kubernetes.driver.podTemplateFile",
                               kConf + ":2:1"}));
}

// --- the general patterns below the table ---

TEST(PainTable, PatternOneSettingInTwoPlaces) {
  EXPECT_THAT(
      told(findings_of({.defaults = "spark.hadoop.fs.s3a.endpoint https://old.example\n",
                        .core_site = "<configuration>\n<property><name>fs.s3a.endpoint"
                                     "</name><value>https://new.example</value>"
                                     "</property></configuration>"})),
      ElementsAre(Told{
          "config.setting.conflict", "warning", "spark.hadoop.fs.s3a.endpoint", kConf + ":1:30"}));
}

TEST(PainTable, PatternOneConnectorTwice) {
  EXPECT_THAT(told(findings_of(
                  {.defaults = "spark.jars.packages           org.postgresql:postgresql:42.7.4\n"
                               "spark.driver.extraClassPath   /opt/jars/postgresql-42.6.0.jar\n"})),
              ElementsAre(Told{"config.jar.twice", "warning", "postgresql", kConf + ":2:31"}));
}

}  // namespace
}  // namespace sparkwarden::probes::config
