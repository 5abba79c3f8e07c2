// SPDX-License-Identifier: Apache-2.0
// What is mounted changes under the agent: a remount, a bind mount, a subPath, a server that gave
// the export another fsid.
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/mount.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/verdict.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"
#include "tests/support/local_mount.hpp"
#include "tests/support/process.hpp"

namespace sparkwarden::tests {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class MountChanges : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;
    rig_.world().paths.root = dir_.path();
    rig_.target("/cp", 1);
    rig_.settings().wire = storage::Use::off;
  }
  [[nodiscard]] std::string at() const { return dir_.path().string() + kMountPath; }

  TempDir dir_;
  StorageRig rig_;
};

bool wrote(const Observed& observed) {
  return std::any_of(observed.steps.begin(), observed.steps.end(), [](const Step& step) {
    return step.name == "create" && step.via == "mount" && step.status == "ok";
  });
}

TEST_F(MountChanges, ARemountIsProvenAnewAndTheOldFailureIsForgotten) {
  auto first = std::make_unique<HangingFs>(at());
  rig_.mountinfo(nfs_line(at(), at(), "nas:/cp"));
  first->command("write error " + std::to_string(EIO));
  const Observed broken = rig_.run();
  const std::string node = (dir_.path() / "kubelet").string();
  const HangingFs second(node);  // while the first still has its device's number
  first.reset();
  ASSERT_EQ(::mount(node.c_str(), at().c_str(), nullptr, MS_BIND, nullptr), 0);
  rig_.mountinfo(nfs_line(at(), at(), "nas:/cp"));

  const Observed light = rig_.run(false);
  ::umount2(at().c_str(), MNT_DETACH);

  ASSERT_THAT(codes_of(broken), ElementsAre("mount.checkpoint.failed")) << told(broken);
  EXPECT_THAT(codes_of(light), IsEmpty()) << told(light);
  EXPECT_TRUE(wrote(light)) << "nothing that was seen of the first holds for the second";
}

TEST_F(MountChanges, ABindMountOfTheMountIsTheMount) {
  const std::string node = (dir_.path() / "kubelet").string();
  const HangingFs mounted(node);
  fs::create_directories(at());
  ASSERT_EQ(::mount(node.c_str(), at().c_str(), nullptr, MS_BIND, nullptr), 0);
  rig_.mountinfo(nfs_line(at(), at(), "nas:/cp"));

  const Observed observed = rig_.run();
  ::umount2(at().c_str(), MNT_DETACH);

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_TRUE(wrote(observed));
}

TEST_F(MountChanges, ASubPathIsWrittenToBelowTheExport) {
  const std::string node = (dir_.path() / "kubelet").string();
  const HangingFs mounted(node);
  fs::create_directory(mounted.backing() + "/app-1");
  fs::create_directories(at());
  ASSERT_EQ(::mount((node + "/app-1").c_str(), at().c_str(), nullptr, MS_BIND, nullptr), 0);
  rig_.mountinfo(nfs_line(at(), at(), "nas:/cp/app-1"));

  const Observed observed = rig_.run();
  ::umount2(at().c_str(), MNT_DETACH);

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_TRUE(fs::exists(mounted.backing() + "/app-1/.sparkwarden"));
  EXPECT_FALSE(fs::exists(mounted.backing() + "/.sparkwarden"));
}

TEST_F(MountChanges, WhatIsUnmountedUnderTheTableIsUnknownAndTheDiskBelowStaysClean) {
  auto mounted = std::make_unique<HangingFs>(at());
  rig_.mountinfo(nfs_line(at(), at(), "nas:/cp"));
  mounted.reset();

  const Observed observed = rig_.run();

  EXPECT_THAT(unlooked_of(observed), Contains("mount.checkpoint.changed")) << told(observed);
  EXPECT_NE(judge(observed), Verdict::fail);
  EXPECT_TRUE(fs::is_empty(at()));
}

// The wire sees the new one and is well; every mount from before is stale.
TEST_F(MountChanges, AServerWithAnotherFsidAndAMountOfTheOldOne) {
  if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
  GaneshaOptions options;
  options.filesystem_id = "1.1";
  Ganesha server(options);
  HangingFs mounted(at(), server.backing());
  rig_.target(server.path(), server.nfs_port());
  rig_.settings().wire = storage::Use::automatic;
  rig_.mountinfo(nfs_line(at(), at(), "nas:" + server.path()));
  const Observed before = rig_.run();
  server.change_filesystem_id("2.2");
  rig_.target(server.path(), server.nfs_port());
  mounted.command("getattr error " + std::to_string(ESTALE));

  const Observed after = rig_.run();

  ASSERT_THAT(codes_of(before), IsEmpty()) << told(before);
  EXPECT_THAT(codes_of(after), UnorderedElementsAre("nfs.server.changed", "mount.checkpoint.stale"))
      << told(after);
  EXPECT_EQ(judge(after), Verdict::fail);
  for (const Finding& finding : after.findings) {
    const bool stale = finding.code == "mount.checkpoint.stale";
    EXPECT_EQ(finding.severity, stale ? Severity::error : Severity::warning) << finding.code;
  }
}

}  // namespace
}  // namespace sparkwarden::tests
