// SPDX-License-Identifier: Apache-2.0
// What Spark mounts where, what it ships in ConfigMaps, and what becomes of mounts that meet:
// docs/decisions/0011, 0013 and 0014.
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ecosystem/on_spark.hpp"

namespace sparkwarden {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// "volume /path" of each mount of a container, the random part of a path cut off.
std::vector<std::string> mounts(const json::value& container) {
  std::vector<std::string> all;
  const json::value list = at(container, "/volumeMounts");
  const std::vector<std::string> names = each(list, "name");
  const std::vector<std::string> paths = each(list, "mountPath");
  for (std::size_t i = 0; i < names.size(); ++i) {
    all.push_back(names[i] + " " +
                  std::regex_replace(paths[i], std::regex("spark-[0-9a-f-]{36}$"), "*"));
  }
  return all;
}

/// The container that Spark appended.
json::value spark_container(const json::value& pod) {
  const json::value containers = at(pod, "/spec/containers");
  return containers.as_array().back();
}

/// Why the API server would refuse a pod, as far as volumes go, in its own words: names of volumes
/// and paths within a container are unique, as exact strings, and a mount has its volume.
/// Source: kubernetes/kubernetes pkg/apis/core/validation, ValidateVolumes, ValidateVolumeMounts.
std::vector<std::string> refusals(const json::value& pod) {
  std::vector<std::string> all;
  std::set<std::string> volumes;
  for (const std::string& name : each(at(pod, "/spec/volumes"), "name")) {
    if (!volumes.insert(name).second) all.push_back("spec.volumes Duplicate value: " + name);
  }
  for (const char* list : {"initContainers", "containers"}) {
    const json::value containers = at(pod, "/spec/" + std::string(list));
    if (!containers.is_array()) continue;
    for (const json::value& container : containers.get_array()) {
      std::set<std::string> paths;
      for (const std::string& path : each(at(container, "/volumeMounts"), "mountPath")) {
        if (!paths.insert(path).second) all.push_back(path + " must be unique");
      }
      for (const std::string& name : each(at(container, "/volumeMounts"), "name")) {
        if (!volumes.contains(name)) all.push_back(name + " Not found");
      }
    }
  }
  return all;
}

const std::string kVolumes = "spark.kubernetes.executor.volumes.";

class Mounts : public OnSpark {
 protected:
  [[nodiscard]] static json::object executor(const json::object& conf,
                                             const std::string& yaml = "") {
    json::object question{{"ask", "executor-pod"}, {"conf", conf}};
    if (!yaml.empty()) question["template"] = tests::hex(yaml);
    return ask(question);
  }
  /// The mounts of an executor's Spark container.
  [[nodiscard]] static std::vector<std::string> of(const json::object& answer) {
    EXPECT_EQ(error(answer), "");
    return mounts(spark_container(answer.at("pod")));
  }
};

TEST_P(Mounts, OfAnExecutorAreConfigurationAndScratch) {
  EXPECT_THAT(
      of(executor({})),
      ElementsAre("spark-conf-volume-exec /opt/spark/conf", "spark-local-dir-1 /var/data/*"));
  EXPECT_THAT(of(executor({{"spark.kubernetes.executor.disableConfigMap", "true"}})),
              ElementsAre("spark-local-dir-1 /var/data/*"));
  EXPECT_THAT(of(executor({{"spark.kubernetes.executor.hadoopConfigMapName", "map"}})),
              ElementsAre("spark-conf-volume-exec /opt/spark/conf",
                          "hadoop-properties /opt/hadoop/conf",
                          "spark-local-dir-1 /var/data/*"));
  // Which of them is the first differs from pod to pod.
  EXPECT_THAT(of(executor({{"spark.local.dir", "/a,/b"}})),
              AnyOf(ElementsAre("spark-conf-volume-exec /opt/spark/conf",
                                "spark-local-dir-1 /a",
                                "spark-local-dir-2 /b"),
                    ElementsAre("spark-conf-volume-exec /opt/spark/conf",
                                "spark-local-dir-1 /b",
                                "spark-local-dir-2 /a")));
}

TEST_P(Mounts, OfAnExecutorLackScratchWhereAVolumeIsNamedLikeIt) {
  const json::object by_property =
      executor({{kVolumes + "emptyDir.spark-local-dir-1.mount.path", "/fast"}});
  const json::object by_template = executor({}, R"(
spec:
  containers: [{name: c, volumeMounts: [{name: spark-local-dir-mine, mountPath: /fast}]}]
  volumes: [{name: spark-local-dir-mine, emptyDir: {}}]
)");

  EXPECT_THAT(of(by_property),
              ElementsAre("spark-conf-volume-exec /opt/spark/conf", "spark-local-dir-1 /fast"));
  EXPECT_THAT(of(by_template),
              ElementsAre("spark-local-dir-mine /fast", "spark-conf-volume-exec /opt/spark/conf"));
}

TEST_P(Mounts, OfADriverInClusterMode) {
  const std::string yaml = "spec: {containers: [{name: c}]}\n";
  const json::object answer =
      ask({{"ask", "submit-driver"},
           {"files", {{"core-site.xml", tests::hex("<configuration/>")}}},
           {"hadoop_files", {{"hdfs-site.xml", tests::hex("<configuration/>")}}},
           {"template", tests::hex(yaml)}});

  EXPECT_EQ(error(answer), "");
  const json::value pod = sent(answer, "Pod").at(0);
  const json::value volumes = at(pod, "/spec/volumes");
  EXPECT_THAT(mounts(spark_container(pod)),
              ElementsAre("hadoop-properties /opt/hadoop/conf",
                          "pod-template-volume /opt/spark/pod-template",
                          "spark-local-dir-1 /var/data/*",
                          "spark-conf-volume-driver /opt/spark/conf"));
  EXPECT_EQ(at(named(volumes, "pod-template-volume"), "/configMap/items"),
            json::parse(R"([{"key": "podspec-configmap-key", "path": "pod-spec-template.yml"}])"));
  EXPECT_THAT(each(at(named(volumes, "spark-conf-volume-driver"), "/configMap/items"), "path"),
              UnorderedElementsAre("core-site.xml", "spark.properties"));
  EXPECT_THAT(refusals(pod), IsEmpty());
  // What the executors' template is there, byte for byte, and where the driver looks for it.
  bool shipped = false;
  std::string properties;
  for (const json::value& map : sent(answer, "ConfigMap")) {
    EXPECT_EQ(at(map, "/immutable"), json::value(true));
    if (at(map, "/data/podspec-configmap-key") == json::value(yaml)) shipped = true;
    const json::value text = at(map, "/data/spark.properties");
    if (text.is_string()) properties = text.as_string();
  }
  EXPECT_TRUE(shipped);
  EXPECT_THAT(properties,
              HasSubstr("spark.kubernetes.executor.podTemplateFile="
                        "/opt/spark/pod-template/pod-spec-template.yml\n"));
}

/// What the rules about a driver's pod rest on: probes/config/spark_pod.cpp.
class DriverPods : public OnSpark {
 protected:
  [[nodiscard]] static json::object submit(const json::object& conf,
                                           const std::string& driver = "spec: {}\n",
                                           const std::string& executor = "") {
    json::object question{
        {"ask", "submit-driver"}, {"conf", conf}, {"driver_template", tests::hex(driver)}};
    if (!executor.empty()) question["template"] = tests::hex(executor);
    return ask(question);
  }
};

TEST_P(DriverPods, HaveWhatSettingsAskFor) {
  const json::object answer =
      submit({{"spark.kubernetes.authenticate.driver.oauthToken", "token"},
              {"spark.kubernetes.driver.secrets.s3", "/etc/s3"},
              {"spark.kubernetes.driver.volumes.emptyDir.tmp.mount.path", "/tmp/work"},
              {"spark.kubernetes.hadoop.configMapName", "hadoop"},
              {"spark.kubernetes.kerberos.krb5.configMapName", "krb5"},
              {"spark.kubernetes.kerberos.tokenSecret.name", "tokens"},
              {"spark.kubernetes.kerberos.tokenSecret.itemKey", "key"},
              {"spark.local.dir", "/scratch"},
              {"spark.kubernetes.executor.disableConfigMap", "true"}},
             "spec:\n"
             "  containers: [{name: c, volumeMounts: [{name: v, mountPath: /opt/spark/conf}]}]\n"
             "  volumes: [{name: v, emptyDir: {}}]\n",
             "spec: {}\n");

  ASSERT_EQ(error(answer), "");
  const json::value pod = sent(answer, "Pod").at(0);
  EXPECT_THAT(mounts(spark_container(pod)),
              ElementsAre("v /opt/spark/conf",
                          "kubernetes-credentials /mnt/secrets/spark-kubernetes-credentials",
                          "s3-volume /etc/s3",
                          "tmp /tmp/work",
                          "hadoop-properties /opt/hadoop/conf",
                          "krb5-file /etc/krb5.conf",
                          "hadoop-secret /mnt/secrets/hadoop-credentials",
                          "pod-template-volume /opt/spark/pod-template",
                          "spark-local-dir-1 /scratch",
                          "spark-conf-volume-driver /opt/spark/conf"));
  EXPECT_THAT(refusals(pod), ElementsAre("/opt/spark/conf must be unique"));
}

TEST_P(DriverPods, HaveTheKeytabInsteadOfTokens) {
  const auto of = [](const char* keytab) {
    return mounts(spark_container(sent(submit({{"spark.kerberos.keytab", keytab},
                                               {"spark.kerberos.principal", "spark@EXAMPLE.ORG"}}),
                                       "Pod")
                                      .at(0)));
  };

  EXPECT_THAT(of("/etc/hostname"),
              testing::Contains("kerberos-keytab /mnt/secrets/kerberos-keytab"));
  EXPECT_THAT(of("local:///etc/hostname"),
              testing::Not(testing::Contains(HasSubstr("kerberos-keytab"))));
}

TEST_P(DriverPods, KeepOfTheTemplateWhatOthersDo) {
  const std::string yaml =
      "metadata: {labels: {spark-role: mine, team: etl}}\n"
      "spec:\n"
      "  restartPolicy: OnFailure\n"
      "  serviceAccount: mine\n"
      "  containers: [{name: c, args: [first], env: [{name: SPARK_USER, value: me}]}]\n";
  const json::object account{{"spark.kubernetes.authenticate.driver.serviceAccountName", "spark"},
                             {"spark.kubernetes.driver.podTemplateContainerName", "driver"}};
  const json::object answer = submit(account, yaml);

  ASSERT_EQ(error(answer), "");
  const json::value pod = sent(answer, "Pod").at(0);
  EXPECT_EQ(at(pod, "/metadata/labels/spark-role"), json::value("driver"));
  EXPECT_EQ(at(pod, "/spec/restartPolicy"), json::value("Never"));
  EXPECT_EQ(at(pod, "/spec/serviceAccountName"), json::value("spark"));
  EXPECT_EQ(at(spark_container(pod), "/args/0"), json::value("first"));
  EXPECT_EQ(at(spark_container(pod), "/args/1"), json::value("driver"));
  EXPECT_THAT(each(at(spark_container(pod), "/env"), "name"),
              ElementsAre("SPARK_USER",
                          "SPARK_USER",
                          "SPARK_APPLICATION_ID",
                          "SPARK_DRIVER_BIND_ADDRESS",
                          "SPARK_LOCAL_DIRS",
                          "SPARK_CONF_DIR"));
  EXPECT_GT(logged(answer, "specified container driver not found on pod template"), 0);

  json::object credentials = account;
  credentials["spark.kubernetes.authenticate.driver.oauthToken"] = "token";
  EXPECT_EQ(at(sent(submit(credentials, yaml), "Pod").at(0), "/spec/serviceAccount"),
            json::value("mine"));
}

TEST_P(DriverPods, AreRefusedForALabelOfSparks) {
  for (const char* label :
       {"spark-app-name", "spark-app-selector", "spark-role", "spark-version"}) {
    EXPECT_THAT(error(submit({{"spark.kubernetes.driver.label." + std::string(label), "x"}})),
                HasSubstr("Label with key " + std::string(label) +
                          " is not allowed as it is reserved for Spark bookkeeping operations."));
  }
  EXPECT_EQ(error(submit({{"spark.kubernetes.driver.label.spark-exec-id", "x"}})), "");
}

INSTANTIATE_ON_SPARK(Mounts);
INSTANTIATE_ON_SPARK(DriverPods);

/// A sidecar that mounts a volume which only Spark defines, later.
class ConfVolume : public Mounts {
 protected:
  static constexpr const char* kSidecar = R"(
spec:
  initContainers:
    - name: sparkwarden
      restartPolicy: Always
      volumeMounts: [{name: spark-conf-volume-exec, mountPath: /opt/spark/conf, readOnly: true}]
  containers: [{name: c}]
)";
};

TEST_P(ConfVolume, CanBeMountedByASidecarOfTheTemplate) {
  const json::object answer = executor({}, kSidecar);

  const json::value pod = answer.at("pod");
  EXPECT_THAT(refusals(pod), IsEmpty());
  EXPECT_THAT(mounts(at(pod, "/spec/initContainers/0")),
              ElementsAre("spark-conf-volume-exec /opt/spark/conf"));
  EXPECT_THAT(each(at(pod, "/spec/volumes"), "name"),
              ElementsAre("spark-conf-volume-exec", "spark-local-dir-1"));
  // All of the map: no list of items that could leave a file out.
  EXPECT_EQ(at(pod, "/spec/volumes/0/configMap/items"), json::value(nullptr));
}

TEST_P(ConfVolume, IsNotThereWhenTheConfigMapIsDisabled) {
  const json::object answer =
      executor({{"spark.kubernetes.executor.disableConfigMap", "true"}}, kSidecar);

  EXPECT_THAT(refusals(answer.at("pod")), ElementsAre("spark-conf-volume-exec Not found"));
}

INSTANTIATE_ON_SPARK(ConfVolume);

class MeetingMounts : public Mounts {};

TEST_P(MeetingMounts, OfTemplateAndPropertiesBothStay) {
  const json::object answer = executor({{kVolumes + "nfs.data.mount.path", "/mnt/data"},
                                        {kVolumes + "nfs.data.options.server", "10.0.0.1"},
                                        {kVolumes + "nfs.data.options.path", "/export"}},
                                       R"(
spec:
  containers: [{name: c, volumeMounts: [{name: data, mountPath: /mnt/data}]}]
  volumes: [{name: data, emptyDir: {}}]
)");

  EXPECT_THAT(of(answer),
              ElementsAre("data /mnt/data",
                          "spark-conf-volume-exec /opt/spark/conf",
                          "data /mnt/data",
                          "spark-local-dir-1 /var/data/*"));
  EXPECT_THAT(each(at(answer, "/pod/spec/volumes"), "name"),
              ElementsAre("data", "spark-conf-volume-exec", "data", "spark-local-dir-1"));
  EXPECT_THAT(refusals(answer.at("pod")),
              ElementsAre("spec.volumes Duplicate value: data", "/mnt/data must be unique"));
}

TEST_P(MeetingMounts, AtSparksOwnPathsAreNotNoticed) {
  const json::object conf_dir = executor({}, R"(
spec:
  containers: [{name: c, volumeMounts: [{name: mine, mountPath: /opt/spark/conf}]}]
  volumes: [{name: mine, configMap: {name: spark-conf}}]
)");
  const json::object one_file =
      executor({{kVolumes + "emptyDir.mine.mount.path", "/opt/spark/conf/core-site.xml"},
                {kVolumes + "emptyDir.mine.mount.subPath", "core-site.xml"}});

  EXPECT_THAT(refusals(conf_dir.at("pod")), ElementsAre("/opt/spark/conf must be unique"));
  EXPECT_THAT(refusals(one_file.at("pod")), IsEmpty());
}

TEST_P(MeetingMounts, AmongPropertiesAreRefusedByPathOnly) {
  const json::object paths = executor(
      {{kVolumes + "emptyDir.a.mount.path", "/x"}, {kVolumes + "emptyDir.b.mount.path", "/x"}});
  const json::object slash = executor(
      {{kVolumes + "emptyDir.a.mount.path", "/x"}, {kVolumes + "emptyDir.b.mount.path", "/x/"}});
  const json::object names = executor({{kVolumes + "emptyDir.a.mount.path", "/x"},
                                       {kVolumes + "hostPath.a.mount.path", "/y"},
                                       {kVolumes + "hostPath.a.options.path", "/z"}});

  EXPECT_EQ(
      error(paths),
      "java.lang.IllegalArgumentException: requirement failed: Found duplicated mountPath: '/x'");
  // Two strings for Spark and for the API server, one directory for the kernel.
  EXPECT_THAT(of(slash), testing::AllOf(testing::Contains("a /x"), testing::Contains("b /x/")));
  EXPECT_THAT(refusals(slash.at("pod")), IsEmpty());
  EXPECT_THAT(refusals(names.at("pod")), ElementsAre("spec.volumes Duplicate value: a"));
}

TEST_P(MeetingMounts, AndIncompleteOnesHaveTheseWords) {
  EXPECT_EQ(error(executor(
                {{kVolumes + "nfs.n.mount.path", "/x"}, {kVolumes + "nfs.n.options.path", "/p"}})),
            "java.util.NoSuchElementException: nfs.n.options.server is required for nfs");
  EXPECT_EQ(error(executor({{kVolumes + "nfs.n.options.server", "s"},
                            {kVolumes + "nfs.n.options.path", "/p"}})),
            "java.util.NoSuchElementException: key not found: nfs.n.mount.path");
  EXPECT_EQ(error(executor({{kVolumes + "csi.n.mount.path", "/x"}})),
            "java.lang.IllegalArgumentException: Kubernetes Volume type `csi` is not supported");
}

INSTANTIATE_ON_SPARK(MeetingMounts);

std::string read(const std::string& path) {
  std::ifstream stream(std::string(SPARKWARDEN_SOURCE_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class ReferenceConfiguration : public Mounts {};

TEST_P(ReferenceConfiguration, MakesAnExecutorThatTheServerTakes) {
  const json::object answer =
      ask({{"ask", "executor-pod"},
           {"defaults", tests::hex(read("configs/spark/spark-defaults.conf"))},
           {"template", tests::hex(read("configs/spark/executor-pod-template.yaml"))}});

  EXPECT_THAT(of(answer),
              ElementsAre("spark-checkpoints /mnt/spark-checkpoints",
                          "spark-conf-volume-exec /opt/spark/conf",
                          "spark-local-dir-1 /var/data/*"));
  const json::value pod = answer.at("pod");
  EXPECT_THAT(refusals(pod), IsEmpty());
  EXPECT_EQ(at(answer, "/spark_container"), json::value("spark-kubernetes-executor"));
  EXPECT_EQ(at(named(at(pod, "/spec/volumes"), "spark-checkpoints"), "/nfs/server"),
            json::value("10.10.0.10"));
  EXPECT_EQ(at(pod, "/spec/securityContext/runAsUser"), json::value(185));
  EXPECT_EQ(at(spark_container(pod), "/resources/requests"),
            json::parse(R"({"cpu": "4", "memory": "9011Mi"})"));
  EXPECT_EQ(logged(answer, "falling back"), 0);
}

INSTANTIATE_ON_SPARK(ReferenceConfiguration);

class ConfMap : public OnSpark {
 protected:
  [[nodiscard]] static std::vector<std::string> travelling(const json::object& answer) {
    std::vector<std::string> all;
    for (const auto& file : answer.at("map").as_object().at("data").as_object()) {
      all.emplace_back(file.key());
    }
    return all;
  }
};

TEST_P(ConfMap, HoldsRegularFilesButNoSparkConfNoTemplateAndNoArchive) {
  const std::string text = tests::hex("text");
  const json::object answer = ask({{"ask", "conf-map"},
                                   {"files",
                                    {{"core-site.xml", text},
                                     {"executor-pod-template.yaml", text},
                                     {"log4j2.properties", text},
                                     {"metrics.properties", text},
                                     {"spark-env.sh", text},
                                     {"agent.yaml", text},
                                     {".hidden", text},
                                     {"app-spark.conf", text},
                                     {"spark-defaults.conf", text},
                                     {"spark.properties", text},
                                     {"sparkling.conf", text},
                                     {"spark-defaults.conf.template", text},
                                     {"notes.template", text},
                                     {"a.jar", text},
                                     {"a.tar", text},
                                     {"a.gz", text},
                                     {"a.zip", text},
                                     {"latin-1.txt", "fc"},
                                     {"sub/core-site.xml", text}}}});

  EXPECT_THAT(travelling(answer),
              UnorderedElementsAre("core-site.xml",
                                   "executor-pod-template.yaml",
                                   "log4j2.properties",
                                   "metrics.properties",
                                   "spark-env.sh",
                                   "agent.yaml",
                                   ".hidden",
                                   "app-spark.conf"));
  EXPECT_EQ(at(answer, "/map/immutable"), json::value(true));
  EXPECT_EQ(logged(answer, "Unable to read a non UTF-8 encoded file"), 1);
}

TEST_P(ConfMap, FollowsTheLinksOfAMountedConfigMap) {
  const json::object answer = ask({{"ask", "conf-map"},
                                   {"files",
                                    {{"..2026_01_01/core-site.xml", tests::hex("text")},
                                     {"..data", "link:..2026_01_01"},
                                     {"core-site.xml", "link:..data/core-site.xml"}}}});

  EXPECT_THAT(travelling(answer), ElementsAre("core-site.xml"));
  EXPECT_EQ(at(answer, "/map/data/core-site.xml"), json::value("text"));
}

TEST_P(ConfMap, LeavesOutWhatDoesNotFitTheSmallestFirst) {
  const json::object answer = ask({{"ask", "conf-map"},
                                   {"conf", {{"spark.kubernetes.configMap.maxSize", "100"}}},
                                   {"files",
                                    {{"a.xml", tests::hex(std::string(60, 'a'))},
                                     {"b.xml", tests::hex("b")},
                                     {"c.xml", tests::hex(std::string(61, 'c'))}}}});

  EXPECT_THAT(travelling(answer), UnorderedElementsAre("b.xml", "a.xml"));
}

INSTANTIATE_ON_SPARK(ConfMap);

}  // namespace
}  // namespace sparkwarden
