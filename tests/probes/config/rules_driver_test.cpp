// SPDX-License-Identifier: Apache-2.0
// The driver's pod in cluster mode: its template, and what settings and Spark itself add to it.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// What the rules say about a deployment; not what they say about one file alone.
std::vector<Finding> findings_of(const Texts& texts) {
  return judge(deployment_of(texts));
}
std::vector<Told> told_of(const Texts& texts) {
  return told(findings_of(texts));
}
Told at(const char* code, const char* severity, const char* subject, const std::string& place) {
  return {code, severity, subject, "driver-pod-template.yaml:" + place};
}

/// A template whose Spark container has `mounts`, each `volume path`, line 5 on; the volumes are
/// empty directories.
std::string pod(const std::vector<std::pair<std::string, std::string>>& mounts,
                const std::vector<std::string>& volumes) {
  std::string text =
      "spec:\n  containers:\n    - name: spark-kubernetes-driver\n      volumeMounts:\n";
  for (const auto& [volume, path] : mounts) {
    text += "        - {name: " + volume + ", mountPath: " + path + "}\n";
  }
  text += "  volumes:\n";
  for (const std::string& volume : volumes) text += "    - {name: " + volume + ", emptyDir: {}}\n";
  return text;
}

std::string container(const std::string& lines) {
  return "spec:\n  containers:\n    - name: spark-kubernetes-driver\n" + lines;
}

const std::string kVolume = "spark.kubernetes.driver.volumes.nfs.lake.";
const std::string kLake = kVolume + "mount.path /lake\n" + kVolume + "options.server 10.10.0.10\n" +
                          kVolume + "options.path /volume1\n";

// --- mounts that meet ---

TEST(DriverMounts, MeetInTheTemplate) {
  const auto findings = findings_of(
      {.driver_template = pod({{"a", "/data"}, {"b", "/data/"}, {"a", "/data"}}, {"a", "b"})});

  EXPECT_THAT(told(findings),
              ElementsAre(at("template.mount-path.duplicate", "error", "/data/", "6:32"),
                          at("template.mount-path.duplicate", "error", "/data", "7:32")));
  EXPECT_THAT(findings, Each(Field(&Finding::message, StartsWith("in the driver's pod, volume "))));
  EXPECT_THAT(findings[0].effect, HasSubstr("one volume hides the other"));
  EXPECT_EQ(findings[1].effect,
            "spark-submit fails: the API server refuses the driver's pod with "
            "\"spec.containers[0].volumeMounts[2].mountPath: Invalid value: \"/data\": must be "
            "unique\"");
  EXPECT_THAT(findings[1].fix, HasSubstr("spark.kubernetes.driver.volumes.*"));
}

TEST(DriverMounts, MeetThoseByProperty) {
  const auto findings =
      findings_of({.defaults = kLake, .driver_template = pod({{"a", "/lake"}}, {"a"})});

  ASSERT_THAT(told(findings),
              ElementsAre(at("template.mount-path.duplicate", "error", "/lake", "5:32")));
  ASSERT_EQ(findings[0].related.size(), 1U);
  EXPECT_EQ(findings[0].related[0].location.line, 1);
  EXPECT_EQ(findings[0].related[0].location.column, 53);
}

/// Asked of Spark 3.5.9 and 4.3.0: DriverPods in tests/ecosystem.
TEST(DriverMounts, MeetWhatSparkMountsItself) {
  const std::string ours = "spark.kubernetes.";
  struct Case {
    std::string setting;
    std::string path;
    const char* code = "template.mount-path.duplicate";
  };
  for (const Case& each : {
           Case{"", "/opt/spark/conf", "template.mount-path.conf-dir"},
           // There is no such switch for a driver.
           Case{ours + "executor.disableConfigMap true",
                "/opt/spark/conf",
                "template.mount-path.conf-dir"},
           Case{ours + "executor.podTemplateFile /e.yaml", "/opt/spark/pod-template"},
           Case{ours + "hadoop.configMapName hadoop", "/opt/hadoop/conf"},
           Case{ours + "kerberos.krb5.configMapName krb5", "/etc/krb5.conf"},
           Case{ours + "kerberos.krb5.path /etc/krb5.conf", "/etc/krb5.conf"},
           Case{"spark.kerberos.keytab /k/spark.keytab", "/mnt/secrets/kerberos-keytab"},
           Case{ours + "kerberos.tokenSecret.name t", "/mnt/secrets/hadoop-credentials"},
           Case{ours + "authenticate.driver.caCertFile /ca.pem",
                "/mnt/secrets/spark-kubernetes-credentials"},
           Case{ours + "driver.secrets.s3 /etc/s3", "/etc/s3"},
           Case{"spark.local.dir /scratch,/more", "/more"},
       }) {
    const auto findings = findings_of(
        {.defaults = each.setting + "\n", .driver_template = pod({{"a", each.path}}, {"a"})});
    EXPECT_THAT(told(findings), ElementsAre(at(each.code, "error", each.path.c_str(), "5:32")))
        << each.setting;
    EXPECT_THAT(findings, Each(Field(&Finding::effect, StartsWith("spark-submit fails: "))));
    EXPECT_THAT(findings, Each(Field(&Finding::fix, Not(HasSubstr("executor")))));
  }
}

TEST(DriverMounts, MayStandWhereSparkMountsNothing) {
  for (const auto& [setting, path] :
       {std::pair<std::string, std::string>{"", "/opt/spark/pod-template"},
        {"", "/opt/hadoop/conf"},
        {"", "/opt/spark/conf/log4j2.properties"},
        {"spark.kubernetes.executor.hadoopConfigMapName hadoop", "/opt/hadoop/conf"},
        {"spark.kerberos.keytab local:///k", "/mnt/secrets/kerberos-keytab"},
        {"spark.kubernetes.authenticate.driver.mounted.caCertFile /ca.pem",
         "/mnt/secrets/spark-kubernetes-credentials"},
        {"spark.kubernetes.executor.secrets.s3 /etc/s3", "/etc/s3"}}) {
    EXPECT_THAT(told_of({.defaults = setting + "\n", .driver_template = pod({{"a", path}}, {"a"})}),
                IsEmpty())
        << setting << " " << path;
  }
}

TEST(DriverMounts, ByPropertyAloneEndTheSubmission) {
  const auto findings =
      findings_of({.defaults = kLake + "spark.kubernetes.driver.volumes.emptyDir.x.mount."
                                       "path /lake\n"});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{
                  "config.mount-path.duplicate", "error", "/lake", "spark-defaults.conf:4:55"}));
  EXPECT_THAT(findings[0].effect,
              HasSubstr("Found duplicated mountPath: '/lake'; spark-submit ends with it"));
}

TEST(DriverMounts, NeedTheirVolumes) {
  const std::string settings = "spark.kubernetes.driver.secrets.s3 /etc/s3\n" + kLake;
  const auto findings = findings_of({.defaults = settings,
                                     .driver_template = pod({{"spark-conf-volume-driver", "/c"},
                                                             {"spark-conf-volume-exec", "/d"},
                                                             {"kubernetes-credentials", "/e"},
                                                             {"s3-volume", "/f"},
                                                             {"lake", "/g"},
                                                             {"lak", "/h"}},
                                                            {"v"})});

  EXPECT_THAT(
      told(findings),
      ElementsAre(
          at("template.volume-mount.unknown-volume", "error", "spark-conf-volume-exec", "6:18"),
          at("template.volume-mount.unknown-volume", "error", "lak", "10:18"),
          at("template.volume.unused", "info", "v", "12:14")));
  EXPECT_THAT(told_of({.defaults = "spark.kubernetes.driver.pod.featureSteps org.example.Step\n",
                       .driver_template = pod({{"vault", "/v"}}, {})}),
              IsEmpty());
}

TEST(DriverVolumes, HaveNamesOfTheirOwn) {
  const auto findings =
      findings_of({.defaults = "spark.kubernetes.hadoop.configMapName hadoop\n" + kLake,
                   .driver_template = pod({{"lake", "/a"},
                                           {"hadoop-properties", "/b"},
                                           {"spark-conf-volume-driver", "/c"},
                                           {"spark-local-dir-1", "/d"}},
                                          {"lake",
                                           "hadoop-properties",
                                           "spark-conf-volume-driver",
                                           "spark-local-dir-1",
                                           "spark-conf-volume-exec"})});

  EXPECT_THAT(
      told(findings),
      ElementsAre(
          at("template.volume-name.duplicate", "error", "spark-conf-volume-driver", "12:14"),
          at("template.volume-name.duplicate", "error", "hadoop-properties", "11:14"),
          Told{"template.volume-name.duplicate", "error", "lake", "spark-defaults.conf:2:1"},
          at("template.volume.unused", "info", "spark-conf-volume-exec", "14:14")));
}

// --- the container and the pod ---

TEST(DriverContainer, IsTheOneThatTheSettingNames) {
  const std::string settings =
      "spark.kubernetes.driver.podTemplateContainerName driver\n"
      "spark.kubernetes.executor.podTemplateContainerName executor\n";
  const auto findings =
      findings_of({.defaults = settings, .driver_template = container("    - name: logs\n")});

  EXPECT_THAT(
      told(findings),
      ElementsAre(Told{
          "template.container-name.missing", "warning", "driver", "spark-defaults.conf:1:50"}));
  EXPECT_THAT(findings[0].message, StartsWith("in the driver's pod, "));
  // Nobody looks for the exit code of a driver's container by name.
  EXPECT_THAT(told_of({.driver_template = "spec: {containers: [{name: main}, {name: logs}]}\n"}),
              IsEmpty());
}

TEST(DriverContainer, KeepsItsEntrypointAndLosesItsImage) {
  const auto findings =
      findings_of({.defaults = "spark.kubernetes.driver.container.image r/spark:4.0.1\n"
                               "spark.kubernetes.executor.container.image r/slim:4.0.1\n",
                   .driver_template = container("      image: r/spark:3.5.1\n"
                                                "      args: [--verbose]\n")});

  ASSERT_THAT(told(findings),
              ElementsAre(at("template.container.image", "info", "r/spark:3.5.1", "4:14"),
                          at("template.container.entrypoint", "warning", "--verbose", "5:14")));
  EXPECT_THAT(findings[0].effect, HasSubstr("the driver runs the image of "));
  EXPECT_THAT(findings[1].message, HasSubstr("Spark appends `driver` to `args`"));
  EXPECT_THAT(findings[1].effect, HasSubstr("expects `driver` as its first argument"));
}

TEST(DriverContainer, HasVariablesThatSparkSetsAgain) {
  EXPECT_THAT(
      told_of({.defaults = "spark.kubernetes.driverEnv.TZ Europe/Berlin\n"
                           "spark.executorEnv.LANG C\n",
               .driver_template = container("      env:\n"
                                            "        - {name: SPARK_USER, value: me}\n"
                                            "        - {name: TZ, value: UTC}\n"
                                            "        - {name: LANG, value: de}\n"
                                            "        - {name: SPARK_EXECUTOR_ID, value: '1'}\n")}),
      ElementsAre(at("template.env.overridden", "warning", "SPARK_USER", "5:18"),
                  at("template.env.overridden", "warning", "TZ", "6:18")));
}

TEST(DriverPod, HasFieldsThatSparkReplaces) {
  const auto findings = findings_of({.defaults = "spark.kubernetes.authenticate.driver."
                                                 "serviceAccountName spark\n"
                                                 "spark.kubernetes.driver.label.spark-role x\n"
                                                 "spark.kubernetes.driver.label.spark-exec-id x\n",
                                     .driver_template = "metadata:\n"
                                                        "  labels: {spark-version: x}\n"
                                                        "spec:\n"
                                                        "  restartPolicy: OnFailure\n"
                                                        "  serviceAccountName: etl\n"
                                                        "  serviceAccount: etl\n"});

  ASSERT_THAT(told(findings),
              ElementsAre(at("template.pod.restart-policy", "info", "OnFailure", "4:18"),
                          at("template.label.overwritten", "info", "spark-version", "2:12"),
                          Told{"config.label.reserved",
                               "error",
                               "spark.kubernetes.driver.label.spark-role",
                               "spark-defaults.conf:2:1"},
                          at("template.service-account.overridden", "warning", "etl", "5:23")));
  EXPECT_THAT(findings[2].effect,
              HasSubstr("Label with key spark-role is not allowed as it is reserved for Spark "
                        "bookkeeping operations."));
}

TEST(DriverPod, IsRefusedInARestrictedNamespace) {
  Deployment deployment = deployment_of(
      {.defaults = kLake,
       .driver_template = container("  volumes:\n    - {name: n, nfs: {server: s, path: /p}}\n")});
  deployment.pod_security = "restricted";

  const auto findings = judge(deployment);
  EXPECT_THAT(
      told(findings),
      ElementsAre(at("template.volume.unused", "info", "n", "5:14"),
                  at("template.volume.restricted", "error", "n", "5:14"),
                  Told{"template.volume.restricted", "error", "lake", "spark-defaults.conf:1:1"}));
  EXPECT_THAT(findings[1].effect, StartsWith("spark-submit fails: "));
}

TEST(DriverPod, KeepsItsImageWhole) {
  EXPECT_THAT(told_of({.driver_template = pod({{"a", "/etc"}, {"b", "/opt/spark"}}, {"a", "b"})}),
              ElementsAre(at("template.mount-path.hides-system", "error", "/etc", "5:32"),
                          at("template.mount-path.hides-spark", "warning", "/opt/spark", "6:32")));
}

// --- the checkpoint location ---

constexpr const char* kExecutorPod =
    "spec:\n"
    "  containers:\n"
    "    - name: spark-kubernetes-executor\n"
    "      volumeMounts: [{name: ckpt, mountPath: /mnt/ckpt}]\n"
    "  volumes: [{name: ckpt, nfs: {server: 10.10.0.10, path: /volume1/ckpt}}]\n";
const std::string kCheckpoint = "spark.sql.streaming.checkpointLocation file:///mnt/ckpt/q\n";

std::string driver_with(const std::string& volume) {
  return "spec:\n"
         "  containers:\n"
         "    - name: spark-kubernetes-driver\n"
         "      volumeMounts: [{name: ckpt, mountPath: /mnt/ckpt}]\n"
         "  volumes: [{name: ckpt, " +
         volume + "}]\n";
}

TEST(DriverCheckpoint, IsOnAVolumeOfItsPod) {
  const auto findings = findings_of(
      {.defaults = kCheckpoint, .pod_template = kExecutorPod, .driver_template = container("")});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{"template.checkpoint-volume.missing",
                               "error",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
  EXPECT_THAT(findings[0].message,
              StartsWith("in the driver's pod, /mnt/ckpt/q lies on no volume"));
  EXPECT_THAT(findings[0].effect, HasSubstr("the driver writes offsets"));
  ASSERT_EQ(findings[0].related.size(), 1U);
  EXPECT_THAT(findings[0].related[0].location.path, HasSubstr("driver-pod-template.yaml"));
}

TEST(DriverCheckpoint, IsOnTheVolumeOfExecutors) {
  const auto findings = findings_of(
      {.defaults = kCheckpoint,
       .pod_template = kExecutorPod,
       .driver_template = driver_with("nfs: {server: 10.10.0.10, path: /volume2/ckpt}")});

  ASSERT_THAT(told(findings),
              ElementsAre(Told{"config.checkpoint.differs",
                               "error",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
  EXPECT_THAT(findings[0].related[0].location.path, HasSubstr("driver-pod-template.yaml"));
  EXPECT_THAT(
      told_of({.defaults = kCheckpoint,
               .pod_template = kExecutorPod,
               .driver_template = driver_with("nfs: {server: 10.10.0.10, path: /volume1/ckpt}")}),
      IsEmpty());
  EXPECT_THAT(told_of({.defaults = kCheckpoint,
                       .pod_template = kExecutorPod,
                       .driver_template = driver_with("emptyDir: {}")}),
              ElementsAre(Told{"template.checkpoint-volume.not-shared",
                               "error",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
}

TEST(DriverCheckpoint, OnTheWrongFileSystemIsToldOnce) {
  const auto findings = findings_of(
      {.defaults = "spark.sql.streaming.checkpointLocation /mnt/ckpt/q\n"
                   "spark.hadoop.fs.defaultFS s3a://lake\n",
       .pod_template = kExecutorPod,
       .driver_template = driver_with("nfs: {server: 10.10.0.10, path: /volume1/ckpt}")});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{"config.checkpoint.default-fs",
                               "warning",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
}

// --- where Spark builds no driver's pod ---

TEST(DriverPod, IsNotJudgedInClientMode) {
  const Texts wrong{.defaults = "spark.local.dir /opt/spark/conf\n",
                    .driver_template = pod({{"a", "/data"}, {"a", "/data"}}, {"a"})};
  EXPECT_THAT(told(findings_of(wrong)), Not(IsEmpty()));

  Deployment in_a_pod = deployment_of(wrong);
  in_a_pod.may_build_driver = false;
  Texts client = wrong;
  client.defaults += "spark.submit.deployMode client\n";
  for (const Deployment& deployment : {in_a_pod, deployment_of(client)}) {
    for (const Finding& finding : judge(deployment)) {
      EXPECT_THAT(finding.message, Not(HasSubstr("the driver's pod"))) << finding.code;
    }
  }
}

TEST(DriverPod, IsNotJudgedWhereNothingDescribesIt) {
  // One finding, of executors: nobody says that there is a cluster-mode driver.
  EXPECT_EQ(findings_of({.defaults = "spark.local.dir /opt/spark/conf\n"}).size(), 1U);
  EXPECT_EQ(findings_of({.defaults = "spark.local.dir /opt/spark/conf\n"
                                     "spark.submit.deployMode cluster\n"})
                .size(),
            2U);
}

}  // namespace
}  // namespace sparkwarden::probes::config
