// SPDX-License-Identifier: Apache-2.0
// How files came into the container: what mountinfo shows of volumes as the kubelet mounts them.
#include "probes/config/mounted.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/config/codes.hpp"
#include "probes/config/look.hpp"
#include "tests/probes/config/show.hpp"
#include "tests/support/memory_files.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::MemoryFiles;

constexpr const char* kCoreSite = "/opt/spark/conf/core-site.xml";
constexpr const char* kOverlay = "1 0 0:1 / / rw,relatime - overlay overlay rw\n";
const std::string kPod = "/var/lib/kubelet/pods/0d9b5f3e-7d3c-4a9e-9a34-1f1b1f6f2f11";

std::string mount(const std::string& root, const std::string& point, const char* options = "ro") {
  return "2 1 8:1 " + root + " " + point + " " + options + ",relatime - ext4 /dev/sda1 rw\n";
}

Mounted how(const std::string& mountinfo, bool has_data = false) {
  return mounted(parse_mountinfo(kOverlay + mountinfo), kCoreSite, has_data).how;
}

TEST(MountedFiles, AreToldApart) {
  const std::string volume = kPod + "/volumes/kubernetes.io~configmap/spark-conf";
  const std::string key = volume + "/..2026_01_02_15_04_05.123456789/core-site.xml";

  EXPECT_EQ(how(""), Mounted::image);
  EXPECT_EQ(how("", true), Mounted::config_map);
  EXPECT_EQ(how(mount(volume, "/opt/spark/conf"), true), Mounted::config_map);
  EXPECT_EQ(how(mount(key, kCoreSite)), Mounted::sub_path);
  EXPECT_EQ(how(mount(key + "//deleted", kCoreSite)), Mounted::stale);
  EXPECT_EQ(how("2 1 0:9 /..2026_01_02/core-site.xml " + std::string(kCoreSite) +
                " ro - tmpfs tmpfs rw\n"),
            Mounted::sub_path);
  EXPECT_EQ(how("2 1 0:9 / /opt/spark/conf ro - tmpfs tmpfs rw\n", true), Mounted::config_map);
  EXPECT_EQ(how(mount(kPod + "/volumes/kubernetes.io~empty-dir/x", "/opt/spark/conf", "rw")),
            Mounted::writable);
  EXPECT_EQ(how(mount("/data", "/opt/spark/conf")), Mounted::volume);
}

Observed look_in_a_pod(const MemoryFiles& files, Role role = Role::interpreter) {
  settings::World world;
  world.role = role;
  world.environment = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}};
  return look(files, world, Settings());
}

std::vector<std::string> codes(const Observed& observed) {
  std::vector<std::string> all;
  for (const Finding& finding : observed.findings) all.push_back(finding.code);
  for (const Unlooked& each : observed.unlooked) all.push_back("?" + each.code);
  return all;
}

MemoryFiles files_on(const std::string& mountinfo) {
  return MemoryFiles({{kCoreSite, "<configuration/>"},
                      {"/opt/spark/conf/spark-defaults.conf", "spark.a 1\n"},
                      {"/proc/self/mountinfo", kOverlay + mountinfo}});
}

TEST(MountedFiles, OfAConfigMapAreNothingToSpeakOf) {
  MemoryFiles files =
      files_on(mount(kPod + "/volumes/kubernetes.io~configmap/spark-conf", "/opt/spark/conf"));

  EXPECT_THAT(codes(look_in_a_pod(files)), IsEmpty());
}

TEST(MountedFiles, ByThemselvesNeverFollowAndMayBeOld) {
  const std::string key =
      kPod + "/volumes/kubernetes.io~configmap/spark-conf/..2026_01_02/core-site.xml";

  const Observed fresh = look_in_a_pod(files_on(mount(key, kCoreSite)));
  const Observed stale = look_in_a_pod(files_on(mount(key + "//deleted", kCoreSite)));

  EXPECT_THAT(codes(fresh), ElementsAre("config.file.sub-path", "config.directory.image"));
  EXPECT_EQ(fresh.findings.front().severity, Severity::info);
  EXPECT_EQ(fresh.findings.front().subject, kCoreSite);
  EXPECT_THAT(codes(stale), ElementsAre("config.file.stale", "config.directory.image"));
  EXPECT_EQ(stale.findings.front().severity, Severity::warning);
}

TEST(MountedFiles, OfAnImageAreOneRemarkAndNoWarning) {
  const Observed observed = look_in_a_pod(files_on(""));

  ASSERT_THAT(codes(observed), ElementsAre("config.directory.image"));
  EXPECT_EQ(observed.findings.front().severity, Severity::info);
  EXPECT_THAT(observed.findings.front().message,
              HasSubstr("spark-defaults.conf, core-site.xml in /opt/spark/conf"));
}

TEST(MountedFiles, OnAVolumeOfTheirOwnAreOneRemark) {
  const std::string empty_dir =
      mount(kPod + "/volumes/kubernetes.io~empty-dir/conf", "/opt/spark/conf", "rw");

  EXPECT_THAT(codes(look_in_a_pod(files_on(empty_dir))), ElementsAre("config.directory.writable"));
}

TEST(MountedFiles, OfAnExecutorAreSparksOwnAndNeverChange) {
  EXPECT_THAT(codes(look_in_a_pod(files_on(""), Role::executor)), IsEmpty());
}

TEST(MountedFiles, OutsideOfAPodAreNothingToSpeakOf) {
  settings::World world;
  world.role = Role::driver;

  EXPECT_THAT(codes(look(files_on(""), world, Settings())), IsEmpty());
}

TEST(MountedDirectory, OfAnOptionalConfigMapThatDoesNotExistIsTold) {
  MemoryFiles files;
  files.put_directory("/opt/spark/conf")
      .put("/proc/self/mountinfo",
           kOverlay + mount(kPod + "/volumes/kubernetes.io~configmap/conf", "/opt/spark/conf"));

  const Observed observed = look_in_a_pod(files);

  ASSERT_THAT(codes(observed), ElementsAre("config.directory.empty"));
  EXPECT_EQ(observed.findings.front().severity, Severity::warning);
}

TEST(MountedDirectory, OfAnImageMayBeEmpty) {
  MemoryFiles files;
  files.put_directory("/opt/spark/conf").put("/proc/self/mountinfo", kOverlay);

  EXPECT_THAT(codes(look_in_a_pod(files)), IsEmpty());
}

}  // namespace
}  // namespace sparkwarden::probes::config
