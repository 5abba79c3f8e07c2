// SPDX-License-Identifier: Apache-2.0
// What belongs together, seen from outside: findings that need two files, at their places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "tests/lint/lint_files.hpp"

namespace sparkwarden::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::briefs;
using tests::Files;
using tests::findings_in;
using tests::lint_files;

constexpr const char* kTemplate =
    "kind: Pod\n"
    "spec:\n"
    "  containers:\n"
    "    - name: spark\n"
    "      volumeMounts:\n"
    "        - {name: scratch, mountPath: /data}\n"
    "  volumes:\n"
    "    - {name: scratch, emptyDir: {}}\n";
constexpr const char* kDefaults =
    "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor.yaml\n";
constexpr const char* kNativeVolume =
    "spark.kubernetes.executor.volumes.emptyDir.x.mount.path /data\n"
    "spark.kubernetes.executor.volumes.emptyDir.x.options.sizeLimit 1Gi\n";

/// `text` as the value of a block scalar, four deep.
std::string block(const std::string& text) {
  std::string indented = "|\n";
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
    indented += "    " + text.substr(at, end + 1 - at);
    at = end + 1;
  }
  return indented;
}

std::string config_map(const std::string& defaults, const std::string& pod = "") {
  return "kind: ConfigMap\nmetadata:\n  name: spark-conf\ndata:\n  spark-defaults.conf: " +
         block(defaults) + (pod.empty() ? "" : "  executor.yaml: " + block(pod));
}

std::string connect_server(const std::string& argument) {
  return "kind: StatefulSet\n"
         "metadata: {name: connect}\n"
         "spec:\n"
         "  template:\n"
         "    spec:\n"
         "      containers:\n"
         "        - name: spark\n"
         "          command: [/opt/spark/sbin/start-connect-server.sh]\n"
         "          args:\n" +
         argument +
         "          volumeMounts:\n"
         "            - {name: conf, mountPath: /opt/spark/conf}\n"
         "      volumes:\n"
         "        - {name: conf, configMap: {name: spark-conf}}\n";
}

std::string conf_argument(const std::string& setting) {
  return "            - --conf\n            - " + setting + "\n";
}

TEST(Applications, TheFilesOfADirectoryAreOne) {
  const Files files{{"conf/spark-defaults.conf", std::string(kDefaults) + kNativeVolume},
                    {"conf/executor.yaml", kTemplate}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("conf/executor.yaml:6:38 template.mount-path.duplicate",
                          "conf/spark-defaults.conf:2:1 config.defaults.native-volumes"));
}

TEST(Applications, FilesOfDifferentDirectoriesAreNot) {
  const Files files{{"a/spark-defaults.conf", std::string(kDefaults) + kNativeVolume},
                    {"b/executor.yaml", kTemplate}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("a/spark-defaults.conf:2:1 config.defaults.native-volumes"));
}

TEST(Applications, EachOfSeveralDefaultsIsTakenWithTheOtherFiles) {
  const Files files{{"conf/spark-defaults-dev.conf", kDefaults},
                    {"conf/spark-defaults-prod.conf", std::string(kDefaults) + kNativeVolume},
                    {"conf/executor.yaml", kTemplate}};

  const std::vector<Linted> all = lint_files(files);

  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(all[0].findings, IsEmpty());
  EXPECT_THAT(all[1].findings, SizeIs(2));
}

TEST(Applications, AConfigMapIsOneWithPlacesInTheManifest) {
  const Files files{{"conf.yaml", config_map(std::string(kDefaults) + kNativeVolume, kTemplate)}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("conf.yaml:7:5 config.defaults.native-volumes",
                          "conf.yaml:15:42 template.mount-path.duplicate"));
}

TEST(Applications, AWorkloadsArgumentsMeetTheConfigMapItMounts) {
  const Files files{
      {"k8s/conf.yaml", config_map(kDefaults, kTemplate)},
      {"k8s/connect.yaml",
       connect_server(
           conf_argument("spark.kubernetes.executor.volumes.emptyDir.x.mount.path=/data") +
           conf_argument("spark.kubernetes.executor.volumes.emptyDir.x.options.sizeLimit=1Gi"))}};

  const std::vector<Finding> found = findings_in(files);

  ASSERT_THAT(briefs(found),
              ElementsAre("k8s/conf.yaml:13:42 template.mount-path.duplicate",
                          "k8s/connect.yaml:11:15 config.defaults.native-volumes"));
  ASSERT_THAT(found[0].related, SizeIs(1));
  EXPECT_EQ(found[0].related[0].location,
            (Location{.path = "k8s/connect.yaml", .line = 11, .column = 71, .end_column = 76}));
}

TEST(Applications, AScriptForAShellIsReadToo) {
  const Files files{
      {"conf.yaml", config_map(kDefaults, kTemplate)},
      {"connect.yaml",
       connect_server(
           "            - |\n"
           "              exec /opt/spark/bin/spark-submit \\\n"
           "                --conf \"spark.kubernetes.executor.volumes.emptyDir.x.mount.path="
           "/data\"\n")}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("conf.yaml:13:42 template.mount-path.duplicate",
                          "connect.yaml:12:24 config.defaults.native-volumes"));
}

TEST(Applications, SubmitOptionsInTheEnvironmentCount) {
  const std::string workload =
      "kind: Deployment\n"
      "metadata: {name: zeppelin}\n"
      "spec:\n"
      "  template:\n"
      "    spec:\n"
      "      containers:\n"
      "        - name: zeppelin\n"
      "          env:\n"
      "            - {name: SPARK_SUBMIT_OPTIONS, value: \"--conf zeppelin.a=b\"}\n";

  EXPECT_THAT(briefs(findings_in({{"zeppelin.yaml", workload}})),
              ElementsAre("zeppelin.yaml:9:59 config.defaults.not-spark"));
}

TEST(Applications, OtherProgramsHaveAConfOfTheirOwn) {
  const std::string other =
      "kind: Deployment\nmetadata: {name: gateway, labels: {team: spark}}\nspec:\n  template:\n"
      "    spec:\n      containers:\n        - name: gateway\n"
      "          args: [gateway, --conf, server.port=80]\n";

  EXPECT_THAT(findings_in({{"gateway.yaml", other}}), IsEmpty());
}

TEST(Applications, AnArgumentWinsOverTheFile) {
  // The path that would clash is overridden; the file's own value has no effect.
  const Files files{{"conf.yaml", config_map(std::string(kDefaults) + kNativeVolume, kTemplate)},
                    {"connect.yaml",
                     connect_server(conf_argument(
                         "spark.kubernetes.executor.volumes.emptyDir.x.mount.path=/other"))}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("conf.yaml:8:5 config.defaults.native-volumes",
                          "connect.yaml:11:71 config.setting.conflict"));
}

TEST(Applications, AValueThatTheContainerDecidesIsNotGuessed) {
  const Files files{{"conf.yaml", config_map(std::string(kDefaults) + kNativeVolume, kTemplate)},
                    {"connect.yaml",
                     connect_server(conf_argument(
                         "spark.kubernetes.executor.volumes.emptyDir.x.mount.path=$(DATA)"))}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("conf.yaml:8:5 config.defaults.native-volumes"));
}

TEST(Applications, APropertiesFileTakesThePlaceOfTheDefaults) {
  const Files files{
      {"conf.yaml", config_map(std::string(kDefaults) + kNativeVolume, kTemplate)},
      {"connect.yaml",
       connect_server("            - --properties-file\n            - /etc/other.conf\n" +
                      conf_argument("spark.executor.cores=4"))}};

  EXPECT_THAT(findings_in(files), IsEmpty());
}

TEST(Applications, AGeneratorsFilesAreItsConfigMap) {
  const Files files{{"base/kustomization.yaml",
                     "resources: [connect.yaml]\n"
                     "configMapGenerator:\n"
                     "  - name: spark-conf\n"
                     "    files:\n"
                     "      - conf/spark-defaults.conf\n"
                     "      - executor.yaml=templates/pod.yaml\n"},
                    {"base/conf/spark-defaults.conf", kDefaults},
                    {"base/templates/pod.yaml", kTemplate},
                    {"base/connect.yaml",
                     connect_server(conf_argument(
                         "spark.kubernetes.executor.volumes.emptyDir.x.mount.path=/data"))}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("base/connect.yaml:11:15 config.defaults.native-volumes",
                          "base/templates/pod.yaml:6:38 template.mount-path.duplicate"));
}

TEST(Applications, AKustomizationJoinsItsDirectories) {
  const Files files{{"overlays/prod/kustomization.yaml", "resources: [../../base, ../../conf]\n"},
                    {"base/connect.yaml",
                     connect_server(conf_argument(
                         "spark.kubernetes.executor.volumes.emptyDir.x.mount.path=/data"))},
                    {"conf/conf.yaml", config_map(kDefaults, kTemplate)}};

  EXPECT_THAT(briefs(findings_in(files)),
              Contains("conf/conf.yaml:13:42 template.mount-path.duplicate"));
}

TEST(Applications, AConfigMapOfTheSameNameElsewhereIsNotMeant) {
  const Files files{{"one/connect.yaml",
                     connect_server(conf_argument(
                         "spark.kubernetes.executor.volumes.emptyDir.x.mount.path=/data"))},
                    {"two/conf.yaml", config_map(kDefaults, kTemplate)}};

  EXPECT_THAT(findings_in(files), IsEmpty());
}

TEST(Applications, ATemplateThatTheMountedConfigMapDoesNotHoldIsMissing) {
  Files files{{"conf.yaml", config_map(kDefaults)},
              {"connect.yaml", connect_server(conf_argument("spark.executor.cores=4"))}};
  EXPECT_THAT(briefs(findings_in(files)), ElementsAre("conf.yaml:6:47 template.file.missing"));

  files["conf.yaml"] += "  executor.yml: \"\"\n";
  const auto findings = findings_in(files);
  ASSERT_FALSE(findings.empty());
  EXPECT_THAT(findings.front().message,
              testing::EndsWith("has no key executor.yaml; it has executor.yml"));
}

TEST(Applications, ASparkApplicationIsReadAsTheOperatorCompletesIt) {
  const Files files{{"app.yaml",
                     "apiVersion: sparkoperator.k8s.io/v1beta2\n"
                     "kind: SparkApplication\n"
                     "metadata: {name: nightly}\n"
                     "spec:\n"
                     "  sparkConf:\n"
                     "    spark.kubernetes.executor.volumes.emptyDir.x.mount.path: /data\n"
                     "    spark.kubernetes.executor.volumes.emptyDir.x.options.sizeLimit: 1Gi\n"
                     "  volumes:\n"
                     "    - {name: scratch, emptyDir: {}}\n"
                     "  executor:\n"
                     "    volumeMounts:\n"
                     "      - {name: scratch, mountPath: /data}\n"
                     "      - {name: gone, mountPath: /gone}\n"}};

  EXPECT_THAT(briefs(findings_in(files)),
              ElementsAre("app.yaml:12:36 template.mount-path.duplicate",
                          "app.yaml:13:16 template.volume-mount.unknown-volume"));
}

TEST(Applications, AScheduledSparkApplicationToo) {
  const Files files{{"app.yaml",
                     "kind: ScheduledSparkApplication\n"
                     "metadata: {name: nightly}\n"
                     "spec:\n"
                     "  template:\n"
                     "    sparkConf: {\"launcher.queue\": \"nightly\"}\n"}};

  EXPECT_THAT(briefs(findings_in(files)), ElementsAre("app.yaml:5:18 config.defaults.not-spark"));
}

TEST(Applications, AListIsAsManyObjects) {
  const Files files{{"all.yaml",
                     "kind: List\n"
                     "items:\n"
                     "  - kind: ConfigMap\n"
                     "    metadata: {name: a}\n"
                     "    data: {spark-defaults.conf: \"spark.a 1\\nother 2\\n\"}\n"
                     "  - kind: ConfigMap\n"
                     "    metadata: {name: b}\n"
                     "    data: {core-site.xml: \"\"}\n"}};

  EXPECT_THAT(
      briefs(findings_in(files)),
      ElementsAre("all.yaml:5:45 config.defaults.not-spark", "all.yaml:8:27 config.file.empty"));
}

TEST(Applications, OneNameInTwoNamespacesIsTwoConfigMaps) {
  const std::string one = config_map("other 1\n");
  const std::string two = config_map("spark.a 1\nother 2\n");

  EXPECT_THAT(briefs(findings_in({{"conf.yaml", one + "---\n" + two}})),
              ElementsAre("conf.yaml:6:5 config.defaults.not-spark",
                          "conf.yaml:14:5 config.defaults.not-spark"));
}

TEST(Applications, OneConfigMapInTwoWorkloadsIsToldOnce) {
  const Files files{{"conf.yaml", config_map("other 1\n")},
                    {"a.yaml", connect_server(conf_argument("spark.executor.cores=4"))},
                    {"b.yaml", connect_server(conf_argument("spark.executor.cores=8"))}};

  EXPECT_THAT(briefs(findings_in(files)), ElementsAre("conf.yaml:6:5 config.defaults.not-spark"));
}

TEST(Manifests, WhatIsNoYamlIsAFindingWhereItSpeaksOfSpark) {
  EXPECT_THAT(briefs(findings_in({{"spark.yaml", "kind: ConfigMap\n\tdata: spark\n"}})),
              ElementsAre("spark.yaml:2:1 lint.manifest.malformed"));
  EXPECT_THAT(findings_in({{"web.yaml", "kind: ConfigMap\n\tdata: web\n"}}), IsEmpty());
}

TEST(Manifests, ATemplateForHelmIsLeftOut) {
  for (const char* text : {"kind: ConfigMap\n{{- if .Values.spark }}\n\tx\n{{- end }}\n",
                           "kind: ConfigMap\nmetadata:\n  name: {{ .Values.spark }}\n"}) {
    const Source source = source_of({"templates/a.yaml", false}, text);

    EXPECT_TRUE(source.manifest.templated) << text;
    EXPECT_THAT(source.manifest.judgement.findings, IsEmpty());
  }
}

TEST(Manifests, AKeyThatStandsTwiceIsFound) {
  const Files files{{"conf.yaml", config_map("spark.a 1\n") + "  spark-defaults.conf: \"\"\n"}};

  EXPECT_THAT(briefs(findings_in(files)), Contains("conf.yaml:7:3 lint.manifest.duplicate-key"));
}

TEST(Manifests, OfOtherThingsHaveNothingToSay) {
  const Files files{{"web.yaml",
                     "kind: Deployment\nmetadata: {name: spark-ui}\nspec:\n  template:\n    spec:\n"
                     "      containers:\n        - {name: web, args: [--port, \"80\"]}\n"},
                    {"crd.yaml", "kind: CustomResourceDefinition\nspec: {group: spark}\n"}};

  EXPECT_THAT(lint_files(files), IsEmpty());
}

TEST(Sources, OneThatCannotBeReadIsToldWhereItsNameSaysWhatItIs) {
  tests::MemoryFiles files;
  files.fail("conf/core-site.xml", io::FileTrouble::no_permission, "Permission denied");
  files.fail("conf/huge.xml", io::FileTrouble::too_large, "9 MiB");

  const std::vector<Source> sources =
      read_sources({{"conf/core-site.xml", false}, {"conf/huge.xml", false}}, files, 1024);
  const std::vector<Linted> all = lint(sources);

  ASSERT_THAT(all, SizeIs(1));
  ASSERT_THAT(all[0].unlooked, SizeIs(1));
  EXPECT_EQ(all[0].unlooked[0].code, "config.file.unreadable");
}

/// One of two times in a ConfigMap, the other one in an argument: in force is what Spark merges.
TEST(Applications, CompareTimesFromTwoPlaces) {
  const Files files{{"k8s.yaml",
                     "kind: ConfigMap\n"
                     "metadata: {name: conf}\n"
                     "data:\n"
                     "  spark-defaults.conf: |\n"
                     "    spark.executor.heartbeatInterval 60s\n"
                     "    spark.network.timeout 600s\n"
                     "---\n"
                     "kind: Job\n"
                     "metadata: {name: nightly}\n"
                     "spec:\n"
                     "  template:\n"
                     "    spec:\n"
                     "      containers:\n"
                     "        - name: spark\n"
                     "          command: [/opt/spark/bin/spark-submit]\n"
                     "          args: [--conf, spark.network.timeout=45s]\n"
                     "          volumeMounts: [{name: c, mountPath: /opt/spark/conf}]\n"
                     "      volumes: [{name: c, configMap: {name: conf}}]\n"}};

  const std::vector<Finding> findings = findings_in(files);
  const auto heartbeat = std::ranges::find(findings, "config.value.heartbeat", &Finding::code);
  ASSERT_NE(heartbeat, findings.end()) << testing::PrintToString(briefs(findings));
  EXPECT_EQ(tests::brief(*heartbeat), "k8s.yaml:5:38 config.value.heartbeat");
  EXPECT_EQ(heartbeat->severity, Severity::error);
  ASSERT_EQ(heartbeat->related.size(), 1U);
  EXPECT_EQ(heartbeat->related[0].location.line, 16);
  EXPECT_EQ(heartbeat->related[0].location.column, 48);
}

TEST(Applications, CompareTimesOfASparkApplication) {
  EXPECT_THAT(briefs(findings_in({{"app.yaml",
                                   "kind: SparkApplication\n"
                                   "metadata: {name: etl}\n"
                                   "spec:\n"
                                   "  sparkConf:\n"
                                   "    spark.network.timeout: \"30s\"\n"
                                   "    spark.executor.heartbeatInterval: 30000ms\n"}})),
              ElementsAre("app.yaml:6:39 config.value.heartbeat"));
}

}  // namespace
}  // namespace sparkwarden::lint
