// SPDX-License-Identifier: Apache-2.0
// The probe as a whole, on files in memory and on real ones.
#include "probes/config/look.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "probes/config/measures.hpp"
#include "probes/config/probe.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::config {
namespace {

using tests::MemoryFiles;
/// What was found, or could not be looked at.
struct Seen {
  std::string code;
  std::string subject;
  bool looked = true;

  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << (seen.looked ? "" : "unlooked ") << seen.code << " " << seen.subject;
}

Seen seen(std::string code, std::string subject) {
  return {std::move(code), std::move(subject)};
}
Seen not_seen(std::string code, std::string subject) {
  return {std::move(code), std::move(subject), false};
}

using Codes = std::vector<Seen>;

constexpr const char* kConf = "/opt/spark/conf";
constexpr const char* kDefaults = "/opt/spark/conf/spark-defaults.conf";
constexpr const char* kTemplate = "/opt/spark/conf/executor-pod-template.yaml";
constexpr const char* kCoreSite = "/opt/spark/conf/core-site.xml";

std::string reference_file(const std::string& name) {
  std::ifstream file(std::string(SPARKWARDEN_SOURCE_DIR) + "/configs/spark/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The reference configuration of this repository, mounted where Spark has it.
MemoryFiles reference() {
  return MemoryFiles({{kCoreSite, reference_file("core-site.xml")},
                      {kDefaults, reference_file("spark-defaults.conf")},
                      {kTemplate, reference_file("executor-pod-template.yaml")}});
}

settings::World world(Role role) {
  settings::World world;
  world.role = role;
  return world;
}

Observed look_as(Role role, const MemoryFiles& files) {
  return look(files, world(role), Settings());
}

/// Findings, then what could not be looked at.
Codes codes(const Observed& observed) {
  Codes codes;
  for (const Finding& finding : observed.findings) {
    codes.push_back(seen(finding.code, finding.subject));
  }
  for (const Unlooked& each : observed.unlooked) {
    codes.push_back(not_seen(each.code, each.subject));
  }
  return codes;
}

class DriverSide : public testing::TestWithParam<Role> {};

TEST_P(DriverSide, FindsNothingInTheReferenceConfiguration) {
  const Observed observed = look_as(GetParam(), reference());

  EXPECT_EQ(observed.findings, std::vector<Finding>{});
  EXPECT_EQ(observed.unlooked, std::vector<Unlooked>{});
}

TEST_P(DriverSide, ComparesTheHeartbeatWithTheTimeout) {
  const std::map<std::string, std::string> files{{kDefaults,
                                                  "spark.network.timeout            60s\n"
                                                  "spark.executor.heartbeatInterval 1min\n"}};
  const Observed observed = look_as(GetParam(), MemoryFiles(files));

  ASSERT_EQ(codes(observed),
            Codes{seen("config.value.heartbeat", "spark.executor.heartbeatInterval")});
  EXPECT_EQ(observed.findings.front().location,
            (Location{.path = kDefaults, .line = 2, .column = 34, .end_column = 38}));
}

/// What was to be the driver's pod is there, whoever made it: nothing is left to refuse.
TEST_P(DriverSide, DoesNotJudgeThePodThatItIsIn) {
  const std::map<std::string, std::string> files{
      {kDefaults, "spark.kubernetes.driver.secrets.s3 /opt/spark/conf\n"}};

  EXPECT_EQ(codes(look_as(GetParam(), MemoryFiles(files))), Codes{});
}

TEST_P(DriverSide, TellsTheStorageOfTheReferenceConfiguration) {
  const Observed observed = look_as(GetParam(), reference());

  ASSERT_TRUE(observed.facts.declared_storage.has_value());
  ASSERT_EQ(observed.facts.declared_storage->volumes.size(), 1);
  NfsVolume volume = observed.facts.declared_storage->volumes.front();
  EXPECT_EQ(volume.declared_at.path, kTemplate);
  volume.declared_at = {};
  EXPECT_EQ(volume,
            (NfsVolume{.name = "spark-checkpoints",
                       .server = "10.10.0.10",
                       .export_path = "/volume1/spark-checkpoints",
                       .mount_path = "/mnt/spark-checkpoints",
                       .read_only = false,
                       .checkpoint = true,
                       .declared_at = {}}));
}

INSTANTIATE_TEST_SUITE_P(Roles,
                         DriverSide,
                         testing::Values(Role::driver, Role::interpreter, Role::connect_server),
                         [](const auto& each) {
                           std::string name(to_string(each.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST(Look, CountsTheKeysOfEachFile) {
  MemoryFiles files;
  files.put(kCoreSite, "<c><property name='a' value='1'/><property name='a' value='2'/></c>")
      .put(kDefaults, "spark.a 1\nspark.b 2\n")
      .put(kTemplate, "spec:\n  containers: []\n");

  Observed observed = look_as(Role::driver, files);
  std::erase_if(observed.measurements, [](const Measurement& each) { return each.spec != &kKeys; });

  EXPECT_EQ(observed.measurements,
            (std::vector<Measurement>{{&kKeys, {"core-site"}, 1},
                                      {&kKeys, {"spark-defaults"}, 2},
                                      {&kKeys, {"pod-template"}, 2}}));
}

TEST(Look, DigestsWhatItRead) {
  MemoryFiles files;
  files.put_directory(kConf).put(kDefaults, "");

  const Observed observed = look_as(Role::driver, files);

  EXPECT_EQ(observed.facts.config_digests,
            (std::map<std::string, std::string>{
                {"spark-defaults.conf",
                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}));
}

TEST(Look, HasADigestThatAMetricHoldsExactly) {
  MemoryFiles files;
  files.put_directory(kConf).put(kDefaults, "");

  const Observed observed = look_as(Role::driver, files);

  EXPECT_EQ(observed.measurements,
            (std::vector<Measurement>{
                {&kDigest, {"spark-defaults"}, static_cast<double>(0xe3b0c44298fc)}}));
}

TEST(Look, ExpectsNoFileThatNothingRefersTo) {
  MemoryFiles files;
  files.put_directory(kConf);

  EXPECT_EQ(codes(look_as(Role::connect_server, files)), Codes{});
}

TEST(Look, MissingConfDirectoryIsTold) {
  EXPECT_EQ(codes(look_as(Role::driver, MemoryFiles())),
            Codes{seen("config.directory.missing", "/opt/spark/conf")});
}

TEST(Look, SparkConfDirOfTheEnvironmentIsUsedAtTheDefaultPath) {
  MemoryFiles files;
  files.put("/etc/spark/core-site.xml", "<c>");
  settings::World there = world(Role::driver);
  there.environment = {{"SPARK_CONF_DIR", "/etc/spark/"}};

  EXPECT_EQ(codes(look(files, there, Settings())),
            Codes{seen("config.core-site.malformed", "/etc/spark/core-site.xml")});
}

TEST(Look, PathsAreBelowTheRoot) {
  MemoryFiles files;
  files.put("/world/opt/spark/conf/spark-defaults.conf",
            "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/t.yaml\n");
  settings::World there = world(Role::driver);
  there.paths.root = "/world/";

  EXPECT_EQ(codes(look(files, there, Settings())),
            Codes{seen("template.file.missing", "/world/opt/spark/conf/t.yaml")});
}

TEST(Look, ClusterModeDriverReadsSparkProperties) {
  MemoryFiles files;
  files.put("/opt/spark/conf/spark.properties", "spark.a=1\n").put(kDefaults, "hive.a 1\n");

  EXPECT_EQ(codes(look_as(Role::driver, files)), Codes{});
  EXPECT_EQ(codes(look_as(Role::interpreter, files)),
            Codes{seen("config.defaults.not-spark", "hive.a")});
}

struct TemplateCase {
  const char* name;
  std::string value;
  Codes codes;
};

class TemplateReferences : public testing::TestWithParam<TemplateCase> {};

TEST_P(TemplateReferences, AreFollowedWhereTheyCanBe) {
  MemoryFiles files;
  files.put(kDefaults, "spark.kubernetes.executor.podTemplateFile " + GetParam().value + "\n");
  files.put("/opt/spark/conf/good.yaml", "spec: {}\n").put("/opt/spark/conf/empty.yaml", "");

  EXPECT_EQ(codes(look_as(Role::driver, files)), GetParam().codes);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    TemplateReferences,
    testing::Values(
        TemplateCase{"Plain", "/opt/spark/conf/good.yaml", {}},
        TemplateCase{"File", "file:///opt/spark/conf/good.yaml", {}},
        TemplateCase{"Local", "local:///opt/spark/conf//good.yaml", {}},
        TemplateCase{"Missing",
                     "/opt/spark/conf/bad.yaml",
                     {seen("template.file.missing", "/opt/spark/conf/bad.yaml")}},
        TemplateCase{"Empty",
                     "/opt/spark/conf/empty.yaml",
                     {seen("config.file.empty", "/opt/spark/conf/empty.yaml")}},
        TemplateCase{
            "ADirectory", "/opt/spark/conf", {seen("config.file.not-regular", "/opt/spark/conf")}},
        TemplateCase{"DirectoryNotMountedHere",
                     "/opt/spark/pod-template/t.yml",
                     {not_seen("template.file.not-visible", "/opt/spark/pod-template/t.yml")}},
        TemplateCase{
            "ObjectStorage",
            "s3a://lake/t.yaml",
            {not_seen("template.file.not-visible", "spark.kubernetes.executor.podTemplateFile")}},
        TemplateCase{
            "Relative",
            "t.yaml",
            {not_seen("template.file.not-visible", "spark.kubernetes.executor.podTemplateFile")}},
        TemplateCase{
            "Variable",
            "${env:CONF}/t.yaml",
            {not_seen("template.file.not-visible", "spark.kubernetes.executor.podTemplateFile")}}),
    by_name);

TEST(Look, MissingTemplateIsToldAtTheLineThatNamesIt) {
  MemoryFiles files = reference();
  files.remove(kTemplate);

  const Observed observed = look_as(Role::connect_server, files);

  ASSERT_EQ(codes(observed), Codes{seen("template.file.missing", kTemplate)});
  EXPECT_EQ(observed.findings.front().location, (Location{kDefaults, 18, 53, 95}));
}

TEST(Look, TemplateThatMerelyLiesThereIsParsedButClashesWithNothing) {
  MemoryFiles files;
  files.put(kDefaults, "spark.kubernetes.executor.volumes.emptyDir.a.mount.path /x\n")
      .put(kTemplate,
           "spec: {containers: [{name: s, volumeMounts: [{name: v, mountPath: /x}]}],"
           " volumes: [{name: v, nfs: {server: h, path: /e}}]}");

  const Observed observed = look_as(Role::driver, files);

  EXPECT_EQ(codes(observed), Codes{});
  EXPECT_EQ(observed.facts.declared_storage->volumes.size(), 1);
}

TEST(Look, ClashBetweenTemplateAndDefaultsIsFound) {
  MemoryFiles files = reference();
  files.put(
      kDefaults,
      reference_file("spark-defaults.conf") +
          "spark.kubernetes.executor.volumes.emptyDir.ckpt.mount.path /mnt/spark-checkpoints\n");

  EXPECT_EQ(codes(look_as(Role::interpreter, files)),
            (Codes{seen("config.defaults.native-volumes", "spark.kubernetes.executor.volumes"),
                   seen("template.mount-path.duplicate", "/mnt/spark-checkpoints")}));
}

// --- executors and Zeppelin's server ---

TEST(LookInAnExecutor, JudgesItsSnapshotOfCoreSite) {
  MemoryFiles files;
  files.put(kCoreSite, "<c>&</c>");

  EXPECT_EQ(codes(look_as(Role::executor, files)),
            Codes{seen("config.core-site.malformed", kCoreSite)});
}

TEST(LookInAnExecutor, HandsOnTheVolumesOfATemplateWithoutJudgingIt) {
  MemoryFiles files;
  files.put(kTemplate, reference_file("executor-pod-template.yaml"));

  const Observed observed = look_as(Role::executor, files);

  EXPECT_EQ(codes(observed), Codes{});
  ASSERT_EQ(observed.facts.declared_storage->volumes.size(), 1);
  EXPECT_TRUE(observed.facts.declared_storage->volumes.front().checkpoint);
  EXPECT_EQ(observed.facts.declared_storage->sources,
            (std::vector<std::string>{kCoreSite, kTemplate}));
}

TEST(LookInAnExecutor, SaysNothingAboutATemplateItCannotUse) {
  MemoryFiles files;
  files.put(kTemplate, "- nonsense").put(kDefaults, "hive.x 1");

  EXPECT_EQ(codes(look_as(Role::executor, files)), Codes{});
}

TEST(LookInAnExecutor, NeedsNoConfDirectory) {
  EXPECT_EQ(codes(look_as(Role::executor, MemoryFiles())), Codes{});
}

TEST(LookInZeppelinsServer, ExpectsNothingAndJudgesWhatIsThere) {
  MemoryFiles files;
  files.put(kDefaults, "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/t.yaml\n");

  EXPECT_EQ(codes(look_as(Role::zeppelin_server, MemoryFiles())), Codes{});
  EXPECT_EQ(codes(look_as(Role::zeppelin_server, files)), Codes{});
  EXPECT_EQ(codes(look_as(Role::zeppelin_server, files.put(kCoreSite, "x"))),
            Codes{seen("config.core-site.malformed", kCoreSite)});
}

TEST(LookInZeppelinsServer, ComparesTheTemplateThatTheDefaultsName) {
  MemoryFiles files = reference();
  files.put(
      kDefaults,
      reference_file("spark-defaults.conf") +
          "spark.kubernetes.executor.volumes.emptyDir.ckpt.mount.path /mnt/spark-checkpoints\n");

  EXPECT_EQ(look_as(Role::zeppelin_server, files).findings.size(), 2);
}

// --- trouble with files ---

struct TroubleCase {
  const char* name;
  io::FileTrouble trouble;
  std::string detail;
  std::string code;
  bool looked = true;
};

class FileTroubles : public testing::TestWithParam<TroubleCase> {};

TEST_P(FileTroubles, AreFindingsUnlessNothingWasSeen) {
  MemoryFiles files;
  files.put_directory(kConf).fail(kCoreSite, GetParam().trouble, GetParam().detail);

  EXPECT_EQ(codes(look_as(Role::driver, files)),
            Codes{(Seen{GetParam().code, kCoreSite, GetParam().looked})});
}

INSTANTIATE_TEST_SUITE_P(
    Troubles,
    FileTroubles,
    testing::Values(
        TroubleCase{"NoPermission",
                    io::FileTrouble::no_permission,
                    "Permission denied",
                    "config.file.unreadable",
                    false},
        TroubleCase{
            "Other", io::FileTrouble::other, "Input/output error", "config.file.unreadable", false},
        TroubleCase{"Fifo", io::FileTrouble::not_regular, "a FIFO", "config.file.not-regular"},
        TroubleCase{"LinkLoop",
                    io::FileTrouble::symlink_loop,
                    "Too many levels of symbolic links",
                    "config.file.symlink-loop"},
        TroubleCase{"TooLarge",
                    io::FileTrouble::too_large,
                    "more than 2097152 bytes",
                    "config.file.too-large"}),
    by_name);

TEST(FileTroubles, UnreadableConfDirectoryIsNotLookedAt) {
  MemoryFiles files;
  files.fail(kConf, io::FileTrouble::no_permission, "Permission denied");

  EXPECT_EQ(codes(look_as(Role::driver, files)),
            Codes{not_seen("config.file.unreadable", "/opt/spark/conf")});
}

TEST(FileTroubles, EmptyCoreSiteIsAnErrorAndEmptyDefaultsAreNot) {
  MemoryFiles files;
  files.put(kCoreSite, "").put(kDefaults, "");

  const Observed observed = look_as(Role::driver, files);

  EXPECT_EQ(codes(observed), Codes{seen("config.file.empty", kCoreSite)});
  EXPECT_NE(observed.findings.front().effect.find("Unexpected EOF in prolog"), std::string::npos);
}

TEST(FileTroubles, NetworkMountIsNotTouched) {
  MemoryFiles files = reference();
  files.put_link(kCoreSite, "/nfs/core-site.xml")
      .put("/proc/self/mountinfo",
           "1 0 0:1 / / rw - overlay overlay rw\n"
           "2 1 0:2 / /nfs rw - nfs4 10.10.0.10:/volume1/conf rw\n");

  const Observed observed = look_as(Role::driver, files);

  ASSERT_EQ(codes(observed), Codes{not_seen("config.file.network", kCoreSite)});
  EXPECT_EQ(observed.unlooked.front().message,
            std::string(kCoreSite) + " lies on 10.10.0.10:/volume1/conf (nfs4) and was not read");
  for (const std::string& path : files.reads()) EXPECT_NE(path, kCoreSite);
}

TEST(FileTroubles, ConfDirectoryOnANetworkMountIsNotTouched) {
  MemoryFiles files = reference();
  files.put("/proc/self/mountinfo", "2 1 0:2 / /opt/spark/conf rw - nfs h:/conf rw\n");

  const Observed observed = look_as(Role::driver, files);

  EXPECT_EQ(codes(observed), Codes{not_seen("config.file.network", "/opt/spark/conf")});
  EXPECT_EQ(files.reads(), std::vector<std::string>{"/proc/self/mountinfo"});
}

// --- files by settings ---

Settings listed(std::vector<FileSpec> files) {
  Settings settings;
  settings.files = std::move(files);
  return settings;
}

TEST(ListedFiles, AreRequired) {
  const Settings settings = listed({{"core-site.xml", FileKind::core_site},
                                    {"/etc/spark/my.conf", FileKind::spark_defaults},
                                    {"t.yaml", FileKind::pod_template}});

  EXPECT_EQ(codes(look(MemoryFiles(), world(Role::driver), settings)),
            (Codes{seen("config.core-site.missing", "/opt/spark/conf/core-site.xml"),
                   seen("config.defaults.missing", "/etc/spark/my.conf"),
                   seen("template.file.missing", "/opt/spark/conf/t.yaml")}));
}

TEST(ListedFiles, MayBeOptional) {
  const Settings settings = listed({{"core-site.xml", FileKind::core_site, false}});

  EXPECT_EQ(codes(look(MemoryFiles(), world(Role::driver), settings)), Codes{});
}

TEST(ListedFiles, AreComparedWithOneAnother) {
  MemoryFiles files;
  files.put("/c/d.conf", "spark.kubernetes.executor.volumes.emptyDir.a.mount.path /x\n")
      .put("/c/t.yaml",
           "spec: {containers: [{name: s, volumeMounts: [{name: v, mountPath: /x}]}],"
           " volumes: [{name: v, emptyDir: {}}]}");
  const Settings settings =
      listed({{"/c/d.conf", FileKind::spark_defaults}, {"/c/t.yaml", FileKind::pod_template}});

  EXPECT_EQ(codes(look(files, world(Role::driver), settings)),
            Codes{seen("template.mount-path.duplicate", "/x")});
}

TEST(ListedFiles, AreAllJudgedEvenIfOfOneKind) {
  MemoryFiles files;
  files.put("/a.conf", "hive.a 1\n").put("/b.conf", "hive.b 1\n");
  const Settings settings =
      listed({{"/a.conf", FileKind::spark_defaults}, {"/b.conf", FileKind::spark_defaults}});

  EXPECT_EQ(codes(look(files, world(Role::driver), settings)),
            (Codes{seen("config.defaults.not-spark", "hive.a"),
                   seen("config.defaults.not-spark", "hive.b")}));
}

// --- the real file system ---

class RealFiles : public testing::Test {
 protected:
  Observed look_here(Role role) {
    settings::World here = world(role);
    here.paths.root = directory_.path().string();
    here.file_bytes_max = 4096;
    Observed observed = look(files_, here, Settings());
    for (Finding& finding : observed.findings) {
      finding.subject = std::filesystem::path(finding.subject).filename().string();
    }
    return observed;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return directory_.path().string() + kConf + "/" + name;
  }

  tests::TempDir directory_;
  io::RealFiles files_;
};

TEST_F(RealFiles, MissingDirectory) {
  EXPECT_EQ(codes(look_here(Role::driver)), Codes{seen("config.directory.missing", "conf")});
}

TEST_F(RealFiles, EveryTroubleIsToldApart) {
  directory_.write("opt/spark/conf/core-site.xml", std::string(5000, ' '));
  directory_.write("opt/spark/conf/spark-defaults.conf",
                   "spark.kubernetes.executor.podTemplateFile /opt/spark/conf/loop.yaml\n");
  std::filesystem::create_symlink("loop.yaml", path("loop.yaml"));

  EXPECT_EQ(codes(look_here(Role::connect_server)),
            (Codes{seen("config.file.too-large", "core-site.xml"),
                   seen("config.file.symlink-loop", "loop.yaml")}));
}

TEST_F(RealFiles, FifoDoesNotBlock) {
  directory_.write("opt/spark/conf/spark-defaults.conf", "");
  ASSERT_EQ(::mkfifo(path("core-site.xml").c_str(), 0600), 0);

  EXPECT_EQ(codes(look_here(Role::driver)),
            Codes{seen("config.file.not-regular", "core-site.xml")});
}

TEST_F(RealFiles, ConfigMapLayoutIsFollowed) {
  directory_.write("opt/spark/conf/..2026_01_02/core-site.xml", "<c>&</c>");
  std::filesystem::create_directory_symlink("..2026_01_02", path("..data"));
  std::filesystem::create_symlink("..data/core-site.xml", path("core-site.xml"));

  EXPECT_EQ(codes(look_here(Role::driver)),
            Codes{seen("config.core-site.malformed", "core-site.xml")});
}

// --- the probe ---

TEST(ConfigProbe, RunsOneLook) {
  const MemoryFiles files = reference();
  ConfigProbe probe(files, world(Role::driver), std::make_shared<Settings>());
  boost::asio::io_context loop;

  auto result = boost::asio::co_spawn(loop, probe.run(RunContext{}), boost::asio::use_future);
  loop.run();

  EXPECT_EQ(probe.name(), "config");
  EXPECT_EQ(result.get(), look_as(Role::driver, files));
}

}  // namespace
}  // namespace sparkwarden::probes::config
