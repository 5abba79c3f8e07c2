// SPDX-License-Identifier: Apache-2.0
// Every rule on realistic text: what is found, and exactly where.
#include "probes/config/rules.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "tests/probes/config/show.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kDefaultsPath = "/opt/spark/conf/spark-defaults.conf";
constexpr const char* kTemplatePath = "/opt/spark/conf/executor-pod-template.yaml";
constexpr const char* kCorePath = "/opt/spark/conf/core-site.xml";

/// What a finding says apart from its prose: code, subject, and all its places.
struct Gist {
  std::string code;
  std::string subject;
  std::string at;
  std::vector<std::string> related = {};

  bool operator==(const Gist&) const = default;
};

void PrintTo(const Gist& gist, std::ostream* out) {
  *out << gist.code << "[" << gist.subject << "] " << gist.at;
  for (const std::string& place : gist.related) *out << " + " << place;
}

/// defaults:3:1, template:7:20 or core-site:2:1; the file's short name alone for the whole file.
std::string place(const Location& at) {
  const std::string file = at.path == kDefaultsPath   ? "defaults"
                           : at.path == kTemplatePath ? "template"
                           : at.path == kCorePath     ? "core-site"
                                                      : at.path;
  if (at.line == 0) return file;
  return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::vector<Gist> gists(const std::vector<Finding>& findings) {
  std::vector<Gist> gists;
  for (const Finding& finding : findings) {
    Gist gist{finding.code, finding.subject, finding.location ? place(*finding.location) : ""};
    for (const Span& span : finding.related) gist.related.push_back(place(span.location));
    gists.push_back(std::move(gist));
  }
  return gists;
}

struct Files {
  std::string defaults = {};
  std::string pod_template = {};
  std::string core_site = "<configuration/>";
};

/// With every option that Spark wants of the native volumes, below what the case is about.
std::string completed(const std::string& defaults) {
  std::string text = defaults + "\n";
  for (const NativeVolume& volume : native_volumes(parse_properties(defaults))) {
    const std::string key = std::string(kExecutorVolumes) + volume.type + "." + volume.name;
    if (volume.mount_path.text.empty()) text += key + ".mount.path /mnt/" + volume.name + "\n";
    if (volume.type != "emptyDir") text += key + ".options.path /volume1\n";
    if (volume.type == "nfs") text += key + ".options.server 10.10.0.10\n";
  }
  return text;
}

Deployment deployment(const Files& files) {
  return {.defaults = DefaultsFile{kDefaultsPath, parse_properties(completed(files.defaults))},
          .core_site = CoreSiteFile{kCorePath, parse_hadoop_xml(files.core_site)},
          .pod_template = TemplateFile{kTemplatePath, parse_pod_template(files.pod_template)},
          .template_in_use = true};
}

struct Case {
  const char* name;
  Files files;
  std::vector<Gist> gists;
  std::string effect = {};  // of the first finding; a part of it
};

class Rules : public testing::TestWithParam<Case> {};

TEST_P(Rules, FindTheProblemAndItsPlaces) {
  const Case& c = GetParam();

  const std::vector<Finding> findings = judge(deployment(c.files));

  EXPECT_EQ(gists(findings), c.gists) << testing::PrintToString(findings);
  if (!findings.empty()) {
    EXPECT_NE(findings.front().effect.find(c.effect), std::string::npos) << findings.front().effect;
    EXPECT_FALSE(findings.front().fix.empty());
  }
}

// Mount lines begin at line 5, volumes follow.
std::string pod(const std::string& mounts, const std::string& volumes) {
  return "spec:\n  containers:\n    - name: spark\n      volumeMounts:\n" + mounts +
         "  volumes:\n" + volumes;
}
std::string mount(const std::string& name, const std::string& path) {
  return "        - {name: " + name + ", mountPath: " + path + "}\n";
}
std::string nfs(const std::string& name) {
  return "    - {name: " + name + ", nfs: {server: 10.10.0.10, path: /volume1/" + name + "}}\n";
}
std::string native(const std::string& type, const std::string& name, const std::string& path) {
  return "spark.kubernetes.executor.volumes." + type + "." + name + ".mount.path " + path + "\n";
}

const std::string kGoodPod = pod(mount("data", "/mnt/data"), nfs("data"));

INSTANTIATE_TEST_SUITE_P(
    MountPaths,
    Rules,
    testing::Values(
        Case{
            "TwiceInTheTemplate",
            {.pod_template = pod(mount("a", "/mnt/x") + mount("b", "/mnt/x"), nfs("a") + nfs("b"))},
            {{"template.mount-path.duplicate", "/mnt/x", "template:6:32", {"template:5:32"}}},
            "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/mnt/x\": must be "
            "unique"},
        Case{"TemplateAndNativeVolume",
             {.defaults = "\n" + native("nfs", "ckpt", "/mnt/data"), .pod_template = kGoodPod},
             {{"template.mount-path.duplicate", "/mnt/data", "template:5:35", {"defaults:2:55"}}},
             "mountPath: Invalid value: \"/mnt/data\": must be unique"},
        Case{"TrailingSlash",
             {.defaults = native("nfs", "ckpt", "/mnt/data/"), .pod_template = kGoodPod},
             {{"template.mount-path.duplicate", "/mnt/data", "template:5:35", {"defaults:1:55"}}},
             "one volume hides the other"},
        Case{"DoubleSlashAndDot",
             {.pod_template = pod(mount("a", "/mnt//x") + mount("b", "/mnt/./x"),
                                  nfs("a") + nfs("b"))},
             {{"template.mount-path.duplicate", "/mnt/./x", "template:6:32", {"template:5:32"}}},
             "one volume hides the other"},
        Case{"TwoNativeVolumes",
             {.defaults = native("nfs", "a", "/data1") + native("hostPath", "b", "/data1"),
              .pod_template = kGoodPod},
             {{"config.mount-path.duplicate", "/data1", "defaults:2:57", {"defaults:1:52"}}},
             "requirement failed: Found duplicated mountPath: '/data1'"},
        Case{"ConfDirInTheTemplate",
             {.pod_template = pod(mount("a", "/opt/spark/conf"), nfs("a"))},
             {{"template.mount-path.conf-dir", "/opt/spark/conf", "template:5:32"}},
             "mountPath: Invalid value: \"/opt/spark/conf\": must be unique"},
        Case{"ConfDirByNativeVolume",
             {.defaults = native("nfs", "a", "/opt/spark/conf"), .pod_template = kGoodPod},
             {{"template.mount-path.conf-dir", "/opt/spark/conf", "defaults:1:52"}},
             "must be unique"},
        Case{"SidecarsAreJudgedToo",
             {.pod_template =
                  "spec:\n"
                  "  containers:\n"
                  "    - name: spark-kubernetes-executor\n"
                  "    - name: log\n"
                  "      volumeMounts: [{name: a, mountPath: /x}, {name: a, mountPath: /x}]\n"
                  "  volumes: [{name: a, emptyDir: {}}]\n"},
             {{"template.mount-path.duplicate", "/x", "template:5:69", {"template:5:43"}}},
             "spec.containers[0].volumeMounts[1].mountPath"},
        Case{"InitContainersAreJudgedToo",
             {.pod_template =
                  "spec:\n"
                  "  initContainers:\n"
                  "    - name: log\n"
                  "      volumeMounts: [{name: a, mountPath: /x}, {name: a, mountPath: /x}]\n"
                  "  volumes: [{name: a, emptyDir: {}}]\n"},
             {{"template.mount-path.duplicate", "/x", "template:4:69", {"template:4:43"}}},
             "spec.initContainers[0].volumeMounts[1].mountPath"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    VolumeNames,
    Rules,
    testing::Values(
        Case{"TwiceInTheTemplate",
             {.pod_template = pod(mount("a", "/x"), nfs("a") + nfs("a"))},
             {{"template.volume-name.duplicate", "a", "template:8:14", {"template:7:14"}}},
             "spec.volumes[1].name: Duplicate value: \"a\""},
        Case{"TemplateAndNativeVolume",
             {.defaults = native("nfs", "data", "/other"), .pod_template = kGoodPod},
             {{"template.volume-name.duplicate", "data", "defaults:1:1", {"template:7:14"}}},
             "Duplicate value: \"data\""},
        Case{"TwoTypes",
             {.defaults = native("nfs", "a", "/a") + native("hostPath", "a", "/b"),
              .pod_template = kGoodPod},
             {{"config.volume-name.duplicate", "a", "defaults:2:1", {"defaults:1:1"}}},
             "Duplicate value: \"a\""},
        Case{"SparksOwnName",
             {.pod_template = pod(mount("spark-conf-volume-exec", "/x"),
                                  nfs("spark-conf-volume-exec"))},
             {{"template.volume-name.duplicate", "spark-conf-volume-exec", "template:7:14"}},
             "Duplicate value: \"spark-conf-volume-exec\""},
        Case{"MountWithoutVolume",
             {.pod_template = pod(mount("dta", "/x") + mount("data", "/y"), nfs("data"))},
             {{"template.volume-mount.unknown-volume", "dta", "template:5:18"}},
             "spec.containers[0].volumeMounts[0].name: Not found: \"dta\""},
        Case{"MountOfSparksConfWithoutConfigMap",
             {.defaults = "spark.kubernetes.executor.disableConfigMap true\n",
              .pod_template = pod(mount("spark-conf-volume-exec", "/x") + mount("data", "/y"),
                                  nfs("data"))},
             {{"template.volume-mount.unknown-volume", "spark-conf-volume-exec", "template:5:18"}},
             "Not found"}),
    by_name);

const std::string kTemplateKey =
    "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor-pod-template.yaml\n";

INSTANTIATE_TEST_SUITE_P(
    Defaults,
    Rules,
    testing::Values(
        Case{"NativeVolumesBesideATemplate",
             {.defaults = kTemplateKey + native("nfs", "other", "/mnt/other"),
              .pod_template = kGoodPod},
             {{"config.defaults.native-volumes",
               "spark.kubernetes.executor.volumes",
               "defaults:2:1",
               {"defaults:1:1"}}},
             "must be unique"},
        Case{"ContainerNameThatDoesNotExist",
             {.defaults = "spark.kubernetes.executor.podTemplateContainerName executor\n",
              .pod_template = kGoodPod},
             {{"template.container-name.missing", "executor", "defaults:1:52", {"template"}}},
             "specified container executor not found on pod template, falling back to taking the "
             "first container"}),
    by_name);

std::string checkpoint(const std::string& location) {
  return "spark.sql.streaming.checkpointLocation " + location + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Checkpoint,
    Rules,
    testing::Values(
        Case{"OnNoVolume",
             {.defaults = checkpoint("file:///mnt/checkpoints"), .pod_template = kGoodPod},
             {{"template.checkpoint-volume.missing",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"template:3:13"}}},
             "Checkpoint RDD has a different number of partitions"},
        Case{"SchemelessOnNoVolume",
             {.defaults = "spark.checkpoint.dir /mnt/dat", .pod_template = kGoodPod},
             {{"template.checkpoint-volume.missing",
               "spark.checkpoint.dir",
               "defaults:1:22",
               {"template:3:13"}}}},
        Case{"TemplateWithoutContainers",
             {.defaults = checkpoint("file:///mnt/data"), .pod_template = "spec: {}\n"},
             {{"template.checkpoint-volume.missing",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"template"}}}},
        Case{
            "OnAnEmptyDir",
            {.defaults = checkpoint("file:///mnt/data/x"),
             .pod_template = pod(mount("data", "/mnt/data"), "    - {name: data, emptyDir: {}}\n")},
            {{"template.checkpoint-volume.not-shared",
              "spark.sql.streaming.checkpointLocation",
              "defaults:1:40",
              {"template:5:35", "template:7:14"}}}},
        Case{"OnTheDeepestMount",
             {.defaults = checkpoint("file:///mnt/data/x"),
              .pod_template = pod(mount("scratch", "/mnt/data/x") + mount("data", "/mnt/data"),
                                  nfs("data") + "    - {name: scratch, emptyDir: {}}\n")},
             {{"template.checkpoint-volume.not-shared",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"template:5:38", "template:9:14"}}}},
        Case{"MountedReadOnly",
             {.defaults = checkpoint("file:///mnt/data"),
              .pod_template = pod("        - {name: data, mountPath: /mnt/data, readOnly: true}\n",
                                  nfs("data"))},
             {{"template.checkpoint-volume.read-only",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"template:5:35", "template:7:14"}}},
             "Read-only file system"},
        Case{"ReadOnlyNfsVolume",
             {.defaults = checkpoint("file:///mnt/data"),
              .pod_template =
                  pod(mount("data", "/mnt/data"),
                      "    - {name: data, nfs: {server: a, path: /x, readOnly: true}}\n")},
             {{"template.checkpoint-volume.read-only",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"template:5:35", "template:7:14"}}}},
        Case{"SchemelessBesideObjectStorage",
             {.defaults = checkpoint("/mnt/data"),
              .pod_template = kGoodPod,
              .core_site = "<c>\n<property><name>fs.defaultFS</name><value>s3a://lake</value>"
                           "</property></c>"},
             {{"config.checkpoint.default-fs",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"core-site:2:43", "template:5:35"}}}},
        Case{"SchemelessBesideSparkHadoopSetting",
             {.defaults = checkpoint("/mnt/data") + "spark.hadoop.fs.defaultFS hdfs://nn:8020\n",
              .pod_template = kGoodPod},
             {{"config.checkpoint.default-fs",
               "spark.sql.streaming.checkpointLocation",
               "defaults:1:40",
               {"defaults:2:27", "template:5:35"}}}}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    FindNothing,
    Rules,
    testing::Values(
        Case{"OneMount", {.pod_template = kGoodPod}, {}},
        Case{"OneVolumeAtTwoPaths",
             {.pod_template = pod(mount("a", "/x") + mount("a", "/y"), nfs("a"))},
             {}},
        Case{"SamePathInTwoContainers",
             {.pod_template = "spec:\n"
                              "  containers:\n"
                              "    - {name: spark-kubernetes-executor, volumeMounts: [{name: v, "
                              "mountPath: /x}]}\n"
                              "    - {name: b, volumeMounts: [{name: v, mountPath: /x}]}\n"
                              "  volumes: [{name: v, emptyDir: {}}]\n"},
             {}},
        Case{"FileBelowTheConfDir",
             {.pod_template = pod(mount("a", "/opt/spark/conf/extra.xml"), nfs("a"))},
             {}},
        Case{"ConfDirWithoutSparksConfigMap",
             {.defaults = "spark.kubernetes.executor.disableConfigMap=TRUE\n",
              .pod_template = pod(mount("a", "/opt/spark/conf"), nfs("a"))},
             {}},
        Case{"VolumesThatSparkAdds",
             {.defaults = "spark.kubernetes.executor.secrets.s3 /etc/s3\n" +
                          native("nfs", "n", "/n"),
              .pod_template =
                  pod(mount("spark-conf-volume-exec", "/a") + mount("hadoop-properties", "/b") +
                          mount("pod-template-volume", "/c") + mount("spark-local-dir-1", "/d") +
                          mount("s3-volume", "/e") + mount("n", "/f") + mount("data", "/g"),
                      nfs("data"))},
             {}},
        Case{"VolumeOfACustomStep",
             {.defaults = "spark.kubernetes.executor.pod.featureSteps com.example.Step\n",
              .pod_template = pod(mount("vault", "/a") + mount("data", "/b"), nfs("data"))},
             {}},
        Case{"OtherNativeVolumeUnderOneKeyPrefix",
             {.defaults = native("nfs", "a", "/a") +
                          "spark.kubernetes.executor.volumes.nfs.a.options.server h\n",
              .pod_template = kGoodPod},
             {}},
        Case{"CheckpointOnTheMount",
             {.defaults = checkpoint("file:///mnt/data/streaming"), .pod_template = kGoodPod},
             {}},
        Case{"CheckpointOnANativeVolume",
             {.defaults = checkpoint("file:///mnt/n/x") + native("nfs", "n", "/mnt/n"),
              .pod_template = kGoodPod},
             {}},
        Case{"CheckpointOnAClaim",
             {.defaults = checkpoint("file:///mnt/data"),
              .pod_template = pod(mount("data", "/mnt/data"),
                                  "    - {name: data, persistentVolumeClaim: {claimName: c}}\n")},
             {}},
        Case{"CheckpointOnObjectStorage",
             {.defaults = checkpoint("s3a://lake/checkpoints"), .pod_template = kGoodPod},
             {}},
        Case{"SchemelessMeantForObjectStorage",
             {.defaults = checkpoint("/checkpoints"),
              .pod_template = kGoodPod,
              .core_site = "<c><property name='fs.defaultFS' value='s3a://lake'/></c>"},
             {}},
        Case{"DefaultFsFromAnInclude",
             {.defaults = checkpoint("/checkpoints"),
              .pod_template = kGoodPod,
              .core_site =
                  "<c xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='x'/></c>"},
             {}},
        Case{"CheckpointWithAVariable",
             {.defaults = checkpoint("file://${env:CKPT}"), .pod_template = kGoodPod},
             {}},
        Case{"RelativeCheckpoint",
             {.defaults = checkpoint("checkpoints"), .pod_template = kGoodPod},
             {}}),
    by_name);

TEST(Rules, TemplateThatIsNotInUseClashesWithNothing) {
  Deployment unused =
      deployment({.defaults = native("nfs", "data", "/mnt/data"), .pod_template = kGoodPod});
  unused.template_in_use = false;

  EXPECT_EQ(gists(judge(unused)), std::vector<Gist>{});
}

TEST(Rules, NothingFollowsFromNoFiles) {
  EXPECT_EQ(judge(Deployment{}), std::vector<Finding>{});
}

// --- one file alone ---

DefaultsFile defaults_file(const std::string& text) {
  return {kDefaultsPath, parse_properties(text)};
}

struct DefaultsCase {
  const char* name;
  std::string text;
  std::vector<Gist> gists;
  std::string effect = {};
};

class DefaultsRules : public testing::TestWithParam<DefaultsCase> {};

TEST_P(DefaultsRules, FindTheProblemAndItsPlaces) {
  const DefaultsCase& c = GetParam();

  const Judgement judgement = judge(defaults_file(c.text));

  EXPECT_EQ(gists(judgement.findings), c.gists);
  EXPECT_EQ(judgement.unlooked, std::vector<Unlooked>{});
  if (!judgement.findings.empty()) {
    const std::string& effect = judgement.findings.front().effect;
    EXPECT_NE(effect.find(c.effect), std::string::npos) << effect;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    DefaultsRules,
    testing::Values(
        DefaultsCase{"Fine", "spark.a 1\nspark.b 2\n", {}},
        DefaultsCase{"Empty", "", {}},
        DefaultsCase{"SameValueTwice", "spark.a 1\nspark.a = 1\n", {}},
        DefaultsCase{
            "TwoValues",
            "spark.a 1\nspark.b 2\nspark.a 3\n",
            {{"config.defaults.duplicate-key", "spark.a", "defaults:3:1", {"defaults:1:1"}}},
            "the last one wins"},
        DefaultsCase{"NotSparks",
                     "spark.a 1\n  hive.metastore.uris thrift://h\n",
                     {{"config.defaults.not-spark", "hive.metastore.uris", "defaults:2:3"}},
                     "Ignoring non-Spark config property: hive.metastore.uris"},
        DefaultsCase{"CaseMatters",
                     "Spark.a 1\n",
                     {{"config.defaults.not-spark", "Spark.a", "defaults:1:1"}}},
        DefaultsCase{"BadEscape",
                     "spark.a 1\nspark.b C:\\users\n",
                     {{"config.defaults.malformed", kDefaultsPath, "defaults:2:11"}},
                     "Malformed \\uxxxx encoding."},
        DefaultsCase{"InvalidUtf8",
                     "spark.a caf\xE9\n",
                     {{"config.defaults.encoding", kDefaultsPath, "defaults:1:12"}},
                     "U+FFFD"},
        DefaultsCase{"ByteOrderMark",
                     "\xEF\xBB\xBFspark.a 1\n",
                     {{"config.defaults.byte-order-mark", kDefaultsPath, "defaults:1:1"}},
                     "Ignoring non-Spark config property"}),
    by_name);

TEST(DefaultsRules, SecretsAreMasked) {
  const Judgement judgement = judge(
      defaults_file("spark.hadoop.fs.s3a.secret.key one\nspark.hadoop.fs.s3a.secret.key two\n"));

  ASSERT_EQ(judgement.findings.size(), 1);
  EXPECT_EQ(judgement.findings.front().message,
            "spark.hadoop.fs.s3a.secret.key is set more than once; this line wins with (masked)");
  EXPECT_EQ(judgement.findings.front().related.front().message, "has no effect: (masked)");
}

TEST(DefaultsRules, TooManyEntriesAreNotJudged) {
  std::string text;
  for (std::size_t i = 0; i <= kPropertiesMax; ++i) text += "spark.a\n";

  const Judgement judgement = judge(defaults_file(text));

  EXPECT_EQ(judgement.findings, std::vector<Finding>{});
  ASSERT_EQ(judgement.unlooked.size(), 1);
  EXPECT_EQ(judgement.unlooked.front().code, "config.file.not-judged");
}

TEST(CoreSiteRules, MalformedFileIsToldInHadoopsWords) {
  const Judgement judgement =
      judge(CoreSiteFile{kCorePath, parse_hadoop_xml("<c>\n<!-- a -- b -->\n</c>")});

  const Finding expected{
      .code = "config.core-site.malformed",
      .severity = Severity::error,
      .subject = kCorePath,
      .message = "`--` is not allowed inside a comment",
      .location = Location{kCorePath, 2, 8, 10},
      .effect =
          "ERROR Configuration: error parsing conf core-site.xml; java.lang.RuntimeException: "
          "org.apache.hadoop.shaded.com.ctc.wstx.exc.WstxParsingException: String '--' not allowed "
          "in comment (missing '>'?) at [row,col,system-id]: [2,8,\"file:...\"] (Hadoop 2 says "
          "SAXParseException); Spark does not start, neither drivers nor executors",
      .fix = "correct the XML at the place shown and replace the ConfigMap"};
  EXPECT_EQ(judgement, (Judgement{.findings = {expected}}));
}

TEST(CoreSiteRules, WhatAMalformedFileStopsDependsOnWhoReadsIt) {
  const auto effect_of = [](const std::string& path) {
    const Judgement judgement = judge(CoreSiteFile{path, parse_hadoop_xml("<c>")});
    return judgement.findings.at(0).effect;
  };

  EXPECT_THAT(effect_of("conf/hive-site.xml"),
              AllOf(StartsWith("ERROR Configuration: error parsing conf file:/.../hive-site.xml;"),
                    EndsWith("; the driver makes no SparkSession")));
  EXPECT_THAT(effect_of("k8s.yaml#spark-conf/hdfs-site.xml"),
              AllOf(StartsWith("ERROR Configuration: error parsing conf hdfs-site.xml;"),
                    EndsWith("; Spark starts, and the first job fails")));
  EXPECT_THAT(effect_of("ranger-site.xml"), EndsWith("; whatever reads this file fails"));
}

TEST(CoreSiteRules, AnIncludedFileStopsWhatItsIncluderStops) {
  const CoreSiteFile file{
      .path = "conf/hive-site.xml",
      .troubles = {{.kind = IncludeTrouble::Kind::malformed,
                    .href = {"more.xml", {2, 3, 4}},
                    .path = "conf/more.xml",
                    .problem = *parse_hadoop_xml("<c>").problem},
                   {.kind = IncludeTrouble::Kind::missing, .href = {"most.xml", {3, 3, 4}}}}};

  const Judgement judgement = judge(file);

  ASSERT_EQ(judgement.findings.size(), 2);
  EXPECT_THAT(judgement.findings[0].effect, EndsWith("; the driver makes no SparkSession"));
  EXPECT_THAT(judgement.findings[1].effect,
              HasSubstr("'most.xml' with no fallback while loading 'file:/.../hive-site.xml'"));
}

TEST(CoreSiteRules, BlanksAreToldWhereHadoopKeepsThemAndTheyBreak) {
  const auto told_of = [](const std::string& properties) {
    return gists(
        judge(CoreSiteFile{kCorePath, parse_hadoop_xml("<c>\n" + properties + "</c>")}).findings);
  };
  const auto property = [](const std::string& name, const std::string& value) {
    return "<property><name>" + name + "</name><value>" + value + "</value></property>\n";
  };

  EXPECT_EQ(told_of(property("hadoop.security.authentication", "kerberos ")),
            (std::vector<Gist>{
                {"config.core-site.blanks", "hadoop.security.authentication", "core-site:2:61"}}));
  EXPECT_EQ(told_of(property("hive.metastore.uris", "thrift://a:9083, thrift://b:9083")).size(), 1);
  EXPECT_EQ(told_of(property("hive.metastore.warehouse.dir", "\n  s3a://lake/w\n")).size(), 1);
  EXPECT_EQ(told_of(property("fs.defaultFS", "\ts3a://lake")).size(), 1);
  // One that is overridden, one of nothing else, commas where no list is read, and what is trimmed.
  EXPECT_EQ(told_of(property("fs.defaultFS", " s3a://lake") + property("fs.defaultFS", "s3a://l") +
                    property("hive.metastore.uris", "  ") +
                    property("hive.metastore.warehouse.dir", "/a, b") +
                    property("fs.s3a.endpoint", " https://s3 ") +
                    property("fs.s3a.impl", "\n org.apache.hadoop.fs.s3a.S3AFileSystem\n") +
                    property("fs.s3a.path.style.access", " true ")),
            std::vector<Gist>());
}

TEST(CoreSiteRules, EntitiesAreNotJudged) {
  const Judgement judgement =
      judge(CoreSiteFile{kCorePath, parse_hadoop_xml("<!DOCTYPE c [<!ENTITY a 'b'>]><c>&a;</c>")});

  const Unlooked expected{"config.file.not-judged",
                          kCorePath,
                          std::string(kCorePath) +
                              " was not looked at: it declares XML entities, which this agent does "
                              "not expand"};
  EXPECT_EQ(judgement, (Judgement{.unlooked = {expected}}));
}

TEST(TemplateRules, MalformedTemplateIsToldInSparksWords) {
  const Judgement judgement =
      judge(TemplateFile{kTemplatePath, parse_pod_template("spec: {}\nspec: {}\n")});

  EXPECT_EQ(gists(judgement.findings),
            (std::vector<Gist>{
                {"template.file.malformed", kTemplatePath, "template:2:1", {"template:1:1"}}}));
  EXPECT_NE(judgement.findings.front().effect.find("Could not load pod from template file."),
            std::string::npos);
}

TEST(TemplateRules, AliasesAreNotJudged) {
  const Judgement judgement =
      judge(TemplateFile{kTemplatePath, parse_pod_template("a: &a []\nspec: {containers: *a}\n")});

  EXPECT_EQ(judgement.findings, std::vector<Finding>{});
  ASSERT_EQ(judgement.unlooked.size(), 1);
  EXPECT_EQ(judgement.unlooked.front().code, "config.file.not-judged");
}

TEST(DriverRules, AFileThatIsNotTheDriversIsAWarningAndOtherDifferencesAreNotOurs) {
  const std::vector<Difference> differences{
      {.kind = DifferenceKind::package_missing, .subject = "numpy", .driver = "1.26.4"},
      {.kind = DifferenceKind::config_file,
       .subject = "core-site.xml",
       .driver = std::string(64, 'a'),
       .executor = std::string(64, 'b')}};

  const std::vector<Finding> findings = judge_differences(differences);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, kFileDiffers.code);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].subject, "core-site.xml");
  EXPECT_EQ(findings[0].expected, "sha256 aaaaaaaaaaaa");
  EXPECT_EQ(findings[0].actual, "sha256 bbbbbbbbbbbb");
}

}  // namespace
}  // namespace sparkwarden::probes::config
