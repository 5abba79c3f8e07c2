// SPDX-License-Identifier: Apache-2.0
// Settings beside one another and beside core-site.xml: volumes, images, secrets, jars, versions.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/artifact.hpp"
#include "probes/config/image.hpp"
#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Finding> findings_of(const Texts& texts) {
  return all_findings(deployment_of(texts));
}
std::vector<Told> told_of(const Texts& texts) {
  return told(findings_of(texts));
}
std::vector<Told> told_of(const std::string& defaults) {
  return told_of(Texts{.defaults = defaults});
}

// --- volumes by property ---

TEST(NativeVolumeRules, TellAnUnsupportedTypeInSparksWords) {
  const auto findings = findings_of({.defaults = "spark.master k8s://https://api\n"
                                                 "spark.kubernetes.executor.volumes.NFS.data.mount."
                                                 "path /data\n"});

  EXPECT_THAT(told(findings),
              ElementsAre(Told{"config.volume.type",
                               "error",
                               "spark.kubernetes.executor.volumes.NFS.data",
                               "spark-defaults.conf:2:1"}));
  EXPECT_THAT(findings.front().effect, HasSubstr("Kubernetes Volume type `NFS` is not supported"));
  EXPECT_EQ(findings.front().fix, "write nfs");
}

TEST(NativeVolumeRules, TellWhatIsMissing) {
  const auto findings = findings_of(
      {.defaults = "spark.kubernetes.executor.volumes.nfs.data.mount.path /data\n"
                   "spark.kubernetes.executor.volumes.nfs.dta.options.server 10.10.0.10\n"
                   "spark.kubernetes.executor.volumes.nfs.data.options.path /volume1\n"
                   "spark.kubernetes.driver.volumes.persistentVolumeClaim.c.mount.path /c\n"});

  ASSERT_THAT(told(findings),
              ElementsAre(Told{"config.volume.incomplete",
                               "warning",
                               "spark.kubernetes.executor.volumes.nfs.data",
                               "spark-defaults.conf:1:1"},
                          Told{"config.volume.incomplete",
                               "warning",
                               "spark.kubernetes.executor.volumes.nfs.dta",
                               "spark-defaults.conf:2:1"},
                          Told{"config.volume.incomplete",
                               "warning",
                               "spark.kubernetes.executor.volumes.nfs.dta",
                               "spark-defaults.conf:2:1"},
                          Told{"config.volume.incomplete",
                               "warning",
                               "spark.kubernetes.driver.volumes.persistentVolumeClaim.c",
                               "spark-defaults.conf:4:1"}));
  EXPECT_THAT(findings.at(0).effect, HasSubstr("nfs.data.options.server is required for nfs"));
  EXPECT_THAT(findings.at(1).effect, HasSubstr("key not found: nfs.dta.mount.path"));
}

TEST(NativeVolumeRules, MissNothingWhereSettingsAreHidden) {
  Deployment deployment =
      deployment_of({.defaults = "spark.kubernetes.executor.volumes.nfs.a.mount.path /a\n"});
  deployment.settings_hidden = true;

  EXPECT_THAT(told(all_findings(deployment)), IsEmpty());
}

TEST(NativeVolumeRules, TellAnOptionInAnotherCaseAndABadBoolean) {
  EXPECT_THAT(told_of("spark.kubernetes.executor.volumes.emptyDir.a.mount.path /a\n"
                      "spark.kubernetes.executor.volumes.emptyDir.a.mount.readonly true\n"
                      "spark.kubernetes.executor.volumes.emptyDir.a.mount.readOnly yes\n"),
              ElementsAre(Told{"config.volume.option",
                               "warning",
                               "spark.kubernetes.executor.volumes.emptyDir.a",
                               "spark-defaults.conf:2:1"},
                          Told{"config.value.invalid",
                               "error",
                               "spark.kubernetes.executor.volumes.emptyDir.a",
                               "spark-defaults.conf:3:61"}));
}

TEST(NativeVolumeRules, LeaveTheDriversAloneInClientMode) {
  EXPECT_THAT(told_of("spark.submit.deployMode client\n"
                      "spark.kubernetes.driver.podTemplateFile /opt/spark/conf/driver.yaml\n"
                      "spark.kubernetes.driver.volumes.nfs.a.mount.path /a\n"),
              ElementsAre(Told{"config.driver.client-mode",
                               "info",
                               "spark.kubernetes.driver.podTemplateFile",
                               "spark-defaults.conf:2:1"},
                          Told{"config.driver.client-mode",
                               "info",
                               "spark.kubernetes.driver.volumes",
                               "spark-defaults.conf:3:1"}));
}

std::string nfs_of(const std::string& side, const std::string& path) {
  const std::string key = "spark.kubernetes." + side + ".volumes.nfs.ckpt.";
  return key + "mount.path /mnt/checkpoints\n" + key + "options.server 10.10.0.10\n" + key +
         "options.path " + path + "\n";
}

TEST(CheckpointRules, CompareDriverAndExecutors) {
  const std::string location = "spark.sql.streaming.checkpointLocation file:///mnt/checkpoints/a\n";

  EXPECT_THAT(
      told_of(location + nfs_of("driver", "/volume1/c/") + nfs_of("executor", "/volume1/c")),
      IsEmpty());
  EXPECT_THAT(told_of(location + nfs_of("driver", "/volume1/c") + nfs_of("executor", "/volume2/c")),
              ElementsAre(Told{"config.checkpoint.differs",
                               "error",
                               "spark.sql.streaming.checkpointLocation",
                               "spark-defaults.conf:1:40"}));
}

// --- images ---

TEST(Images, AreTakenApart) {
  EXPECT_EQ(image_from("registry:5000/team/spark"), (Image{"registry:5000/team/spark", "", ""}));
  EXPECT_EQ(image_from("registry:5000/spark:4.0.1@sha256:ab"),
            (Image{"registry:5000/spark", "4.0.1", "sha256:ab"}));
  EXPECT_EQ(spark_version_of(image_from("apache/spark:4.0.1-python3")), "4.0.1");
  EXPECT_EQ(spark_version_of(image_from("registry.example.org/my-jobs:4.0.1")), "");
  EXPECT_EQ(spark_version_of(image_from("apache/spark:latest")), "");
}

TEST(Images, ThatCanChangeOrDifferAreTold) {
  EXPECT_THAT(told_of("spark.kubernetes.container.image registry:5000/spark\n"),
              ElementsAre(Told{"config.image.floating",
                               "warning",
                               "spark.kubernetes.container.image",
                               "spark-defaults.conf:1:34"}));
  EXPECT_THAT(told_of("spark.kubernetes.driver.container.image r/spark:4.0.1-7\n"
                      "spark.kubernetes.executor.container.image r/spark:4.0.1-6\n"),
              ElementsAre(Told{"config.image.differs",
                               "warning",
                               "spark.kubernetes.executor.container.image",
                               "spark-defaults.conf:2:43"}));
  EXPECT_THAT(told_of("spark.kubernetes.driver.container.image r/spark-connect-server:4.0.1\n"
                      "spark.kubernetes.executor.container.image r/spark-executor:4.0.1\n"),
              IsEmpty());
  EXPECT_THAT(told_of("spark.kubernetes.container.image r/spark@sha256:0123\n"), IsEmpty());
  EXPECT_THAT(told_of("spark.kubernetes.container.image ${env:SPARK_IMAGE}\n"), IsEmpty());
}

// --- secrets ---

TEST(Secrets, InPlainTextAreToldAndNeverShown) {
  const auto findings =
      findings_of({.defaults = "spark.hadoop.fs.s3a.secret.key kept-nowhere-else\n"
                               "spark.authenticate.secret kept-nowhere-else\n"
                               "spark.hadoop.javax.jdo.option.ConnectionURL "
                               "jdbc:postgresql://hive:kept-nowhere-else@db/metastore\n",
                   .pod_template = "spec:\n"
                                   "  containers:\n"
                                   "    - name: spark-kubernetes-executor\n"
                                   "      env:\n"
                                   "        - {name: DB_PASSWORD, value: kept-nowhere-else}\n",
                   .core_site = "<c>\n<property><name>fs.s3a.secret.key</name>"
                                "<value>kept-nowhere-else</value></property></c>"});

  EXPECT_THAT(
      told(findings),
      ElementsAre(
          Told{"config.secret.plaintext",
               "warning",
               "spark.hadoop.fs.s3a.secret.key",
               "spark-defaults.conf:1:32"},
          Told{"config.secret.plaintext",
               "warning",
               "spark.authenticate.secret",
               "spark-defaults.conf:2:27"},
          Told{"config.secret.plaintext",
               "warning",
               "spark.hadoop.javax.jdo.option.ConnectionURL",
               "spark-defaults.conf:3:45"},
          Told{"config.secret.plaintext", "warning", "fs.s3a.secret.key", "core-site.xml:2:48"},
          Told{"config.secret.plaintext",
               "warning",
               "DB_PASSWORD",
               "executor-pod-template.yaml:5:38"}));
  EXPECT_THAT(testing::PrintToString(findings), Not(HasSubstr("kept-nowhere-else")));
}

TEST(Secrets, AreNotTheirNamesPathsOrProviders) {
  EXPECT_THAT(told_of("spark.hadoop.fs.s3a.aws.credentials.provider "
                      "software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider\n"
                      "spark.kubernetes.kerberos.tokenSecret.name hadoop-tokens\n"
                      "spark.kubernetes.kerberos.tokenSecret.itemKey hadoop.token\n"
                      "spark.kubernetes.executor.secrets.s3-credentials /etc/s3\n"
                      "spark.kubernetes.executor.secretKeyRef.AWS_SECRET_ACCESS_KEY s3:secret-key\n"
                      "spark.kubernetes.authenticate.driver.oauthTokenFile /var/run/token\n"
                      "spark.hadoop.fs.s3a.secret.key ${env:SECRET_KEY}\n"
                      "spark.hadoop.hadoop.security.credential.provider.path jceks://file/x.jceks\n"
                      "spark.hadoop.hive.security.authorization.createtable.owner.grants ALL\n"
                      "spark.hadoop.dfs.namenode.delegation.token.max-lifetime 604800000\n"
                      "spark.security.credentials.retryWait 1h\n"
                      "spark.redaction.regex (?i)secret|password|token\n"
                      "spark.ssl.ui.keyPassword\n"),
              IsEmpty());
}

// --- jars ---

TEST(Jars, AreKnownByName) {
  EXPECT_EQ(artifact_from_path("local:///opt/jars/delta-spark_2.13-4.0.0.jar"),
            (Artifact{"delta-spark", "2.13", "4.0.0", ""}));
  EXPECT_EQ(artifact_from_path("netty-epoll-4.1.96.Final-linux-x86_64.jar"),
            (Artifact{"netty-epoll", "", "4.1.96.Final", "linux-x86_64"}));
  EXPECT_EQ(artifact_from_path("iceberg-spark-runtime-4.0_2.13-1.10.0.jar"),
            (Artifact{"iceberg-spark-runtime-4.0", "2.13", "1.10.0", ""}));
  EXPECT_EQ(artifact_from_path("hadoop-aws-3.3.4-amzn-1.jar"),
            artifact_from_coordinates("org.apache.hadoop:hadoop-aws:3.3.4-amzn-1"));
  EXPECT_EQ(artifact_from_path("/opt/jars/app.jar"), std::nullopt);
  EXPECT_EQ(artifact_from_path("/opt/jars/*"), std::nullopt);
  EXPECT_EQ(artifact_from_coordinates("io.delta:delta-spark_2.13:4.0.0"),
            (Artifact{"delta-spark", "2.13", "4.0.0", ""}));
  EXPECT_EQ(artifact_from_coordinates("io.delta:delta"), std::nullopt);
}

TEST(Jars, OfOneArtifactInTwoVersionsAreTold) {
  EXPECT_THAT(
      told_of("spark.jars.packages io.delta:delta-spark_2.13:4.0.0,org.x:y:1\n"
              "spark.executor.extraClassPath /opt/jars/delta-spark_2.13-3.3.0.jar:/opt/x/*\n"),
      ElementsAre(Told{"config.jar.twice", "warning", "delta-spark", "spark-defaults.conf:2:31"}));
  EXPECT_THAT(
      told_of("spark.jars /a/delta-spark_2.12-4.0.0.jar,/a/delta-spark_2.13-4.0.0.jar\n"),
      ElementsAre(Told{"config.jar.twice", "warning", "delta-spark", "spark-defaults.conf:1:12"}));
  EXPECT_THAT(told_of("spark.driver.extraClassPath /a/x-1.0.jar:/a/n-4.1.F-linux.jar\n"
                      "spark.executor.extraClassPath /a/x-1.0.jar:/a/n-4.2.F-osx.jar\n"),
              IsEmpty());
}

TEST(Jars, ThatTheImageHasAlreadyAreTold) {
  Deployment deployment = deployment_of(
      {.defaults = "spark.jars.packages org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.10.1\n"
                   "spark.driver.extraClassPath /opt/spark/jars/spark-core_2.13-4.0.1.jar\n"});
  EXPECT_THAT(told(all_findings(deployment)), IsEmpty());

  deployment.jars = {"spark-core_2.13-4.0.1.jar", "iceberg-spark-runtime-4.0_2.13-1.10.0.jar"};
  deployment.defaults =
      defaults_of("spark.jars.packages org.apache.iceberg:iceberg-spark:1.10.1\n");
  deployment.jars.emplace_back("iceberg-spark-1.10.0.jar");
  EXPECT_THAT(told(all_findings(deployment)),
              ElementsAre(Told{
                  "config.jar.baked-in", "warning", "iceberg-spark", "spark-defaults.conf:1:21"}));
}

// --- settings beside one another ---

TEST(Settings, ThatDisagreeWithCoreSiteAreTold) {
  const std::string core_site =
      "<configuration>\n"
      "  <property><name>fs.s3a.endpoint</name><value>https://a</value></property>\n"
      "  <property><name>fs.s3a.path.style.access</name><value> true </value></property>\n"
      "</configuration>\n";

  EXPECT_THAT(told_of({.defaults = "spark.hadoop.fs.s3a.endpoint https://b\n"
                                   "spark.hadoop.fs.s3a.path.style.access true\n",
                       .core_site = core_site}),
              ElementsAre(Told{"config.setting.conflict",
                               "warning",
                               "spark.hadoop.fs.s3a.endpoint",
                               "spark-defaults.conf:1:30"}));
}

TEST(Settings, ThatArgumentsOverrideAreNews) {
  Deployment deployment = deployment_of({.defaults = "spark.executor.memory 8g\n"});
  deployment.others.push_back(
      {"base/spark-defaults.conf",
       parse_properties("spark.executor.memory 4g\nspark.executor.cores 2\n")});

  const auto findings = all_findings(deployment);

  ASSERT_THAT(
      told(findings),
      ElementsAre(Told{
          "config.setting.conflict", "info", "spark.executor.memory", "spark-defaults.conf:1:23"}));
  EXPECT_EQ(findings.front().related.front().location.line, 1);
}

TEST(Settings, OfAnotherVersionAreTold) {
  EXPECT_THAT(
      told_of("spark.kubernetes.container.image apache/spark:3.5.1\n"
              "spark.checkpoint.dir file:///mnt/c\n"),
      ElementsAre(Told{
          "config.key.version", "warning", "spark.checkpoint.dir", "spark-defaults.conf:2:1"}));
  EXPECT_THAT(told_of("spark.kubernetes.container.image apache/spark:4.0.1\n"
                      "spark.checkpoint.dir file:///mnt/c\n"),
              IsEmpty());
  EXPECT_THAT(told_of("spark.kubernetes.container.image apache/spark:4.0.1\n"
                      "spark.kubernetes.pyspark.pythonVersion 3\n"),
              ElementsAre(Told{"config.key.version",
                               "warning",
                               "spark.kubernetes.pyspark.pythonVersion",
                               "spark-defaults.conf:2:1"}));
}

TEST(Settings, OfACheckpointWithoutSchemeMissAVolumeByPropertyToo) {
  const std::string volume =
      "spark.kubernetes.executor.volumes.nfs.ckpt.mount.path /mnt/ckpt\n"
      "spark.kubernetes.executor.volumes.nfs.ckpt.options.server 10.0.0.5\n"
      "spark.kubernetes.executor.volumes.nfs.ckpt.options.path /export\n"
      "spark.hadoop.fs.defaultFS s3a://lake\n";
  const std::string location = "spark.sql.streaming.checkpointLocation ";
  const auto missed = ElementsAre(Told{"config.checkpoint.default-fs",
                                       "warning",
                                       "spark.sql.streaming.checkpointLocation",
                                       "spark-defaults.conf:5:40"});

  EXPECT_THAT(told_of(volume + location + "/mnt/ckpt/streams\n"), missed);
  EXPECT_THAT(told_of(volume + location + "file:///mnt/ckpt/streams\n"), IsEmpty());
  EXPECT_THAT(told_of(volume + location + "/checkpoints\n"), IsEmpty());
}

TEST(DriverAddress, AWildcardIsAnErrorForTheReleaseThatTellsItOnly) {
  const std::string wildcard = "spark.driver.bindAddress 0.0.0.0\n";
  const auto told_for = [&](const std::string& version, const std::string& more = "") {
    Deployment deployment = deployment_of({.defaults = wildcard + more});
    deployment.spark_version = version;
    return told(all_findings(deployment));
  };
  const auto expected = [](const char* severity) {
    return Told{"config.driver.wildcard-address",
                severity,
                "spark.driver.bindAddress",
                "spark-defaults.conf:1:26"};
  };

  EXPECT_THAT(told_for("4.3.0"), ElementsAre(expected("error")));
  EXPECT_THAT(told_for(""), ElementsAre(expected("info")));
  EXPECT_THAT(told_for("3.5.9"), IsEmpty());
  EXPECT_THAT(told_for("4.2"), IsEmpty());
  EXPECT_THAT(told_for("4.3"), ElementsAre(expected("error")));
  for (const char* no_release : {"4", "latest", "v4.3.0"}) {
    EXPECT_THAT(told_for(no_release), ElementsAre(expected("info"))) << no_release;
  }
  EXPECT_THAT(told_for("4.3.0", "spark.kubernetes.executor.useDriverPodIP false\n"), IsEmpty());
}

// --- heartbeats and the timeout ---

TEST(Heartbeats, MustBeBelowTheTimeout) {
  const auto findings = findings_of({.defaults = "spark.app.name nightly\n"
                                                 "spark.network.timeout            2min\n"
                                                 "spark.executor.heartbeatInterval 120\n"
                                                 "spark.executor.heartbeatInterval 120s\n"});

  const auto told_about = std::find_if(findings.begin(), findings.end(), [](const Finding& each) {
    return each.code == "config.value.heartbeat";
  });
  ASSERT_NE(told_about, findings.end());
  EXPECT_EQ(told(*told_about),
            (Told{"config.value.heartbeat",
                  "error",
                  "spark.executor.heartbeatInterval",
                  "spark-defaults.conf:4:34"}));
  EXPECT_THAT(told_about->effect,
              HasSubstr("The value of spark.network.timeout=120000ms must be greater than the "
                        "value of spark.executor.heartbeatInterval=120000ms."));
  ASSERT_EQ(told_about->related.size(), 1U);
  EXPECT_EQ(told_about->related[0].location.line, 2);
  EXPECT_EQ(told_about->related[0].location.column, 34);
}

TEST(Heartbeats, AreComparedWithSparksOwnTimeoutWithLessCertainty) {
  EXPECT_THAT(told_of("spark.executor.heartbeatInterval 130s\n"),
              ElementsAre(Told{"config.value.heartbeat",
                               "warning",
                               "spark.executor.heartbeatInterval",
                               "spark-defaults.conf:1:34"}));
  EXPECT_THAT(told_of("spark.network.timeout=10\n"),
              ElementsAre(Told{"config.value.heartbeat",
                               "warning",
                               "spark.network.timeout",
                               "spark-defaults.conf:1:23"}));

  Deployment hidden = deployment_of({.defaults = "spark.executor.heartbeatInterval 130s\n"});
  hidden.settings_hidden = true;
  EXPECT_THAT(told(all_findings(hidden)), IsEmpty());
}

/// Each pair was asked of SparkConf.validateSettings, 3.5.9 and 4.3.0.
TEST(Heartbeats, AreCountedAsSparkCounts) {
  struct Pair {
    const char* heartbeat;
    const char* timeout;
    bool refused;
  };
  for (const Pair& pair : {Pair{"119999ms", "", false},
                           Pair{"120000", "", true},
                           Pair{"10s", "10s", true},
                           Pair{"", "10999ms", true},
                           Pair{"", "11", false},
                           Pair{"200", "1", false},
                           Pair{"2min", "120", true},
                           Pair{"5s", "5999ms", true},
                           Pair{"", "0", true},
                           Pair{"-5s", "-1s", false},
                           Pair{"1h", "1d", false},
                           Pair{"${every}", "1s", false},
                           Pair{"106751991167301d", "1s", false}}) {
    const std::string every(pair.heartbeat);
    const std::string until(pair.timeout);
    const std::string text =
        (every.empty() ? "" : "spark.executor.heartbeatInterval " + every + "\n") +
        (until.empty() ? "" : "spark.network.timeout " + until + "\n");

    EXPECT_EQ(heartbeat_and_timeout(deployment_of({.defaults = text})).size(),
              pair.refused ? 1U : 0U)
        << text;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::config
