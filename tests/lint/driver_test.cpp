// SPDX-License-Identifier: Apache-2.0
// Which application has a driver's pod for Spark to build, and where its template comes from.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::briefs;
using tests::Files;
using tests::findings_in;

constexpr const char* kDriverTemplate =
    "kind: Pod\n"
    "spec:\n"
    "  containers:\n"
    "    - name: spark-kubernetes-driver\n"
    "      volumeMounts:\n"
    "        - {name: scratch, mountPath: /data}\n"
    "        - {name: scratch, mountPath: /data}\n"
    "  volumes:\n"
    "    - {name: scratch, emptyDir: {}}\n";
constexpr const char* kSetting =
    "spark.kubernetes.driver.podTemplateFile /opt/submit/driver-pod-template.yaml\n";

/// A Job that runs `command` with `arguments`, and mounts both files at /opt/submit.
std::string job(const std::string& command, const std::string& arguments) {
  std::string text =
      "kind: ConfigMap\n"
      "metadata: {name: submit}\n"
      "data:\n"
      "  driver-pod-template.yaml: |\n";
  const std::string pod = kDriverTemplate;
  for (std::size_t at = 0; at < pod.size();) {
    const std::size_t end = pod.find('\n', at) + 1;
    text += "    " + pod.substr(at, end - at);
    at = end;
  }
  return text +
         "---\n"
         "kind: Job\n"
         "metadata: {name: nightly}\n"
         "spec:\n"
         "  template:\n"
         "    spec:\n"
         "      containers:\n"
         "        - name: submit\n"
         "          command: [" +
         command +
         "]\n"
         "          args: [" +
         arguments +
         "]\n"
         "          volumeMounts: [{name: c, mountPath: /opt/submit}]\n"
         "      volumes: [{name: c, configMap: {name: submit}}]\n";
}

constexpr const char* kTemplateArgument =
    "--conf, spark.kubernetes.driver.podTemplateFile=/opt/submit/driver-pod-template.yaml";

TEST(DriverTemplate, IsTheFileThatTheSettingNames) {
  const auto findings = findings_in(
      {{"conf/driver-pod-template.yaml", kDriverTemplate}, {"conf/spark-defaults.conf", kSetting}});

  ASSERT_THAT(briefs(findings),
              ElementsAre("conf/driver-pod-template.yaml:7:38 template.mount-path.duplicate"));
  EXPECT_THAT(findings[0].message, HasSubstr("in the driver's pod, "));
  // One that nothing names clashes with nothing, as an executors' one.
  EXPECT_THAT(findings_in({{"conf/driver-pod-template.yaml", kDriverTemplate},
                           {"conf/spark-defaults.conf", "spark.executor.cores 4\n"}}),
              IsEmpty());
}

TEST(DriverTemplate, StandsBesideTheExecutors) {
  const std::string executor =
      "kind: Pod\nspec:\n  containers:\n    - name: spark-kubernetes-executor\n";
  const auto findings = findings_in(
      {{"conf/driver-pod-template.yaml", kDriverTemplate},
       {"conf/executor-pod-template.yaml", executor + "      args: [run]\n"},
       {"conf/spark-defaults.conf",
        std::string(kSetting) +
            "spark.kubernetes.executor.podTemplateFile /opt/submit/executor-pod-template.yaml\n"}});

  EXPECT_THAT(briefs(findings),
              ElementsAre("conf/driver-pod-template.yaml:7:38 template.mount-path.duplicate",
                          "conf/executor-pod-template.yaml:5:14 template.container.entrypoint"));
  EXPECT_THAT(findings[1].message, Not(HasSubstr("the driver's pod")));
}

TEST(DriverTemplate, MayBeTheExecutorsToo) {
  const auto findings =
      findings_in({{"conf/pod-template.yaml", kDriverTemplate},
                   {"conf/spark-defaults.conf",
                    "spark.kubernetes.driver.podTemplateFile /c/pod-template.yaml\n"
                    "spark.kubernetes.executor.podTemplateFile /c/pod-template.yaml\n"}});

  ASSERT_THAT(briefs(findings),
              ElementsAre("conf/pod-template.yaml:7:38 template.mount-path.duplicate",
                          "conf/pod-template.yaml:7:38 template.mount-path.duplicate"));
  EXPECT_THAT(findings[0].effect, HasSubstr("executors never start"));
  EXPECT_THAT(findings[1].effect, HasSubstr("spark-submit fails"));
}

TEST(DriverTemplate, ComesFromTheConfigMapOfWhoeverSubmits) {
  EXPECT_THAT(
      briefs(findings_in({{"job.yaml",
                           job("/opt/spark/bin/spark-submit",
                               std::string("--deploy-mode, cluster, ") + kTemplateArgument)}})),
      ElementsAre("job.yaml:11:42 template.mount-path.duplicate"));
}

TEST(DriverTemplate, ThatIsNotThereIsTold) {
  const auto findings = findings_in(
      {{"job.yaml",
        job("/opt/spark/bin/spark-submit",
            "--deploy-mode, cluster, --conf, "
            "spark.kubernetes.driver.podTemplateFile=/opt/submit/driver-pod-templat.yaml")}});

  ASSERT_THAT(briefs(findings), ElementsAre("job.yaml:23:90 template.file.missing"));
  EXPECT_THAT(findings[0].message, HasSubstr("it has driver-pod-template.yaml"));
}

TEST(DriverTemplate, CountsForNothingInClientMode) {
  for (const auto& [command, arguments] :
       {std::pair<std::string, std::string>{
            "/opt/spark/bin/spark-submit",
            std::string("--deploy-mode, client, ") + kTemplateArgument},
        {"/opt/spark/bin/spark-submit",
         std::string("--conf, spark.submit.deployMode=client, ") + kTemplateArgument},
        {"/opt/spark/sbin/start-connect-server.sh", kTemplateArgument},
        {"/opt/spark/sbin/start-thriftserver.sh", kTemplateArgument},
        {"/opt/spark/bin/spark-shell", kTemplateArgument},
        {"/opt/zeppelin/bin/zeppelin.sh, spark", kTemplateArgument}}) {
    EXPECT_THAT(briefs(findings_in({{"job.yaml", job(command, arguments)}})),
                Not(Contains(HasSubstr("template."))))
        << command << " " << arguments;
  }
}

TEST(DriverTemplate, CountsForNothingInZeppelinsImage) {
  std::string zeppelin = job("/start.sh, spark", kTemplateArgument);
  EXPECT_THAT(briefs(findings_in({{"job.yaml", zeppelin}})), Contains(HasSubstr("template.")));

  const std::string name = "        - name: submit\n";
  zeppelin.insert(zeppelin.find(name) + name.size(), "          image: r/zeppelin:0.12.0\n");
  EXPECT_THAT(briefs(findings_in({{"job.yaml", zeppelin}})), Not(Contains(HasSubstr("template."))));
}

// --- a SparkApplication ---

std::string application(const std::string& spec) {
  return "apiVersion: sparkoperator.k8s.io/v1beta2\n"
         "kind: SparkApplication\n"
         "metadata: {name: nightly}\n"
         "spec:\n" +
         spec;
}

TEST(DriverOfASparkApplication, IsReadAsTheOperatorCompletesIt) {
  const auto findings =
      findings_in({{"app.yaml",
                    application("  sparkConf:\n"
                                "    spark.kubernetes.driver.volumes.emptyDir.x.mount.path: /data\n"
                                "  volumes:\n"
                                "    - {name: scratch, emptyDir: {}}\n"
                                "    - {name: conf, configMap: {name: spark}}\n"
                                "  driver:\n"
                                "    volumeMounts:\n"
                                "      - {name: scratch, mountPath: /data}\n"
                                "      - {name: conf, mountPath: /opt/spark/conf}\n"
                                "      - {name: gone, mountPath: /gone}\n"
                                "  executor:\n"
                                "    instances: 2\n")}});

  EXPECT_THAT(briefs(findings),
              ElementsAre("app.yaml:12:36 template.mount-path.duplicate",
                          "app.yaml:13:33 template.mount-path.conf-dir",
                          "app.yaml:14:16 template.volume-mount.unknown-volume"));
  for (const Finding& finding : findings) {
    EXPECT_THAT(finding.message, HasSubstr("in the driver's pod, "));
  }
}

TEST(DriverOfASparkApplication, HasATemplateOfItsOwn) {
  const auto findings = findings_in(
      {{"app.yaml",
        application("  driver:\n"
                    "    template:\n"
                    "      spec:\n"
                    "        containers:\n"
                    "          - name: spark-kubernetes-driver\n"
                    "            volumeMounts: [{name: data, mountPath: /data}]\n"
                    "        volumes: [{name: data, emptyDir: {}}, {name: data, emptyDir: {}}]\n"
                    "    sidecars:\n"
                    "      - name: logs\n"
                    "        volumeMounts: [{name: dta, mountPath: /data}]\n")}});

  EXPECT_THAT(briefs(findings),
              ElementsAre("app.yaml:11:54 template.volume-name.duplicate",
                          "app.yaml:14:31 template.volume-mount.unknown-volume"));
}

TEST(DriverOfASparkApplication, HasTheCheckpointVolumeToo) {
  const auto findings =
      findings_in({{"app.yaml",
                    application("  sparkConf:\n"
                                "    spark.sql.streaming.checkpointLocation: file:///mnt/ckpt/q\n"
                                "  volumes:\n"
                                "    - {name: ckpt, persistentVolumeClaim: {claimName: ckpt}}\n"
                                "  driver: {memory: 1g}\n"
                                "  executor:\n"
                                "    volumeMounts: [{name: ckpt, mountPath: /mnt/ckpt}]\n")}});

  ASSERT_THAT(briefs(findings), ElementsAre("app.yaml:6:45 template.checkpoint-volume.missing"));
  EXPECT_THAT(findings[0].message, HasSubstr("in the driver's pod, "));
  EXPECT_EQ(findings[0].related.at(0).location.line, 9);
}

TEST(DriverOfASparkApplication, LeavesVolumesToWhomeverMountsThem) {
  EXPECT_THAT(
      briefs(findings_in({{"app.yaml",
                           application("  volumes:\n"
                                       "    - {name: a, emptyDir: {}}\n"
                                       "    - {name: b, emptyDir: {}}\n"
                                       "    - {name: c, emptyDir: {}}\n"
                                       "  driver:\n"
                                       "    volumeMounts: [{name: a, mountPath: /a}]\n"
                                       "  executor:\n"
                                       "    volumeMounts: [{name: b, mountPath: /b}]\n")}})),
      ElementsAre("app.yaml:8:14 template.volume.unused"));
}

TEST(DriverOfASparkApplication, IsNotBuiltInClientMode) {
  EXPECT_THAT(findings_in({{"app.yaml",
                            application("  mode: client\n"
                                        "  driver:\n"
                                        "    volumeMounts:\n"
                                        "      - {name: gone, mountPath: /opt/spark/conf}\n")}}),
              IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::lint
