// SPDX-License-Identifier: Apache-2.0
// The probe with its real child at a mounted file system that misbehaves on command. The mount
// table, a file of the test's own, calls it nfs4.
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "tests/probes/storage/storage_rig.hpp"
#include "tests/support/ganesha.hpp"
#include "tests/support/hanging_fs.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    files.push_back(entry.path().lexically_relative(directory).string());
  }
  return files;
}

class MountChild : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_hanging_fs(); !why.empty()) GTEST_SKIP() << why;
    fs_ = std::make_unique<HangingFs>(dir_.path().string() + kMountPath);
    rig_.world().paths.root = dir_.path();
    rig_.target("/cp", 1);
    rig_.settings().wire = storage::Use::off;
    mounted_as("nas:/cp", fs_->device());
  }
  void TearDown() override {
    EXPECT_TRUE(rig_.at_rest());
    EXPECT_EQ(count_children(), fs_ == nullptr ? 0 : 1);  // the file system's own
  }

  /// A run that is cut off where the file system hangs.
  Observed run_to_a_hang() {
    return rig_.run_until([&] { return fs_->waited_for(); });
  }
  void mounted_as(const std::string& source, const std::string& device) {
    rig_.mountinfo("1 2 " + device + " / " + dir_.path().string() + kMountPath +
                   " rw,relatime - nfs4 " + source + " rw,vers=4.1,hard,addr=10.0.0.1\n");
  }

  TempDir dir_;
  StorageRig rig_;
  std::unique_ptr<HangingFs> fs_;
};

TEST_F(MountChild, AHealthyMountTakesEveryStepAndKeepsNothing) {
  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(unlooked_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(steps_of(observed),
              ElementsAre("stat/mount/ok",
                          "statvfs/mount/ok",
                          "mkdir/mount/ok",
                          "create/mount/ok",
                          "exclusive/mount/ok",
                          "write/mount/ok",
                          "fsync/mount/ok",
                          "read/mount/ok",
                          "close/mount/ok",
                          "rename/mount/ok",
                          "replace/mount/ok",
                          "list/mount/ok",
                          "unlink/mount/ok"));
  EXPECT_THAT(files_in(fs_->backing()), ElementsAre(".sparkwarden"));
  struct stat top {};
  ASSERT_EQ(::stat((fs_->backing() + "/.sparkwarden").c_str(), &top), 0);
  EXPECT_EQ(top.st_mode & 07777U, 01777U);
  EXPECT_THAT(
      observed.measurements,
      Contains(AllOf(testing::Field(&Measurement::spec, &storage::measures::kOperationDuration),
                     testing::Field(&Measurement::labels, ElementsAre("fsync", "mount")))));
}

TEST_F(MountChild, WithoutTheWireTheMountTellsSizesAndWhatIsProbed) {
  const Observed observed = rig_.run();

  EXPECT_EQ(
      observed.facts.storage,
      (StorageView{.server = "nas", .export_path = "/cp", .mount_path = kMountPath, .fsid = ""}));
  EXPECT_THAT(observed.measurements,
              Contains(testing::Field(&Measurement::spec, &storage::measures::kSize)));
}

TEST_F(MountChild, AVolumeThatIsNotWrittenToIsOnlyLookedAt) {
  rig_.settings().targets->front().write = false;

  const Observed observed = rig_.run();

  EXPECT_THAT(steps_of(observed), ElementsAre("stat/mount/ok", "statvfs/mount/ok"));
  EXPECT_THAT(files_in(fs_->backing()), IsEmpty());
}

TEST_F(MountChild, ALightRunWithoutTheWireAsksTheMountForASignOfLifeOnly) {
  static_cast<void>(rig_.run());

  const Observed observed = rig_.run(false);

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(steps_of(observed), ElementsAre("stat/mount/ok", "statvfs/mount/ok"));
}

// --- what the file system says ---------------------------------------------------------------

struct Trouble {
  std::string name;
  std::string command;
  std::string code;
  std::string message;
};

class MountTroubles : public MountChild, public testing::WithParamInterface<Trouble> {};

TEST_P(MountTroubles, HaveTheirOwnCodes) {
  fs_->command(GetParam().command);

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre(GetParam().code)) << told(observed);
  EXPECT_THAT(observed.findings[0].message, HasSubstr(GetParam().message));
  EXPECT_EQ(observed.findings[0].severity, Severity::error);
  EXPECT_THAT(unlooked_of(observed), IsEmpty());
  EXPECT_THAT(files_in(fs_->backing()), testing::SizeIs(testing::Le(1)));  // .sparkwarden at most
}

std::string failing(const std::string& operation, int error) {
  return operation + " error " + std::to_string(error);
}

INSTANTIATE_TEST_SUITE_P(
    Storage,
    MountTroubles,
    testing::Values(
        Trouble{"read_only", failing("create", EROFS), "nfs.export.read-only", "step create"},
        Trouble{"full_at_write", failing("write", ENOSPC), "nfs.write.full", "step write"},
        Trouble{"full_at_close", failing("flush", ENOSPC), "nfs.write.full", "step close"},
        Trouble{"quota", failing("write", EDQUOT), "nfs.write.quota", "EDQUOT"},
        Trouble{"quota_at_fsync", failing("fsync", EDQUOT), "nfs.write.quota", "step fsync"},
        Trouble{"denied", failing("mkdir", EACCES), "nfs.write.denied", "has mode 0755, owner 0:0"},
        Trouble{"stale", failing("getattr", ESTALE), "mount.checkpoint.stale", "step stat"},
        Trouble{"stale_at_statvfs", failing("statfs", ESTALE), "mount.checkpoint.stale", "ESTALE"},
        Trouble{"input_output", failing("write", EIO), "mount.checkpoint.failed", "EIO"},
        Trouble{"timed_out_softly", failing("fsync", ETIMEDOUT), "mount.checkpoint.hung", "fsync"},
        Trouble{"rename_refuses_to_replace",
                failing("replace", EEXIST),
                "mount.checkpoint.rename",
                "step replace"},
        Trouble{"rename_does_not_replace",
                "replace lie",
                "mount.checkpoint.rename",
                "after rename over a file its size is 0"},
        Trouble{"rename_does_nothing",
                "rename lie",
                "mount.checkpoint.rename",
                "the old name is still there"},
        Trouble{"not_listed", "readdir lie", "mount.checkpoint.rename", "not in the directory"},
        Trouble{"other_content", "read lie", "nfs.write.corrupt", "first difference at byte 7"},
        Trouble{"created_twice", "getattr lie", "nfs.write.not-exclusive", "step exclusive"}),
    [](const auto& test) { return test.param.name; });

TEST_F(MountChild, ASlowMountPassesAndItsTimeIsMeasured) {
  fs_->command("fsync slow 300");

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  ASSERT_GT(observed.steps.size(), 6U);
  EXPECT_EQ(observed.steps[6].name, "fsync");
  EXPECT_GE(observed.steps[6].took, milliseconds(300));
}

TEST_F(MountChild, WhatAnotherUserIsDeniedSaysNothingAboutSpark) {
  rig_.settings().identity.uid = 185;
  fs_->command(failing("mkdir", EACCES));

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(unlooked_of(observed), ElementsAre("nfs.write.denied"));
}

// --- hanging ---------------------------------------------------------------------------------

struct Hang {
  std::string operation;
  std::string step;
};

class MountHangs : public MountChild, public testing::WithParamInterface<Hang> {};

TEST_P(MountHangs, AreKilledAtTheDeadlineAndNamedByTheirStep) {
  fs_->command(GetParam().operation + " hang");

  const Observed observed = run_to_a_hang();

  ASSERT_THAT(codes_of(observed), ElementsAre("mount.checkpoint.hung")) << told(observed);
  EXPECT_THAT(observed.findings[0].message, HasSubstr("no end of step " + GetParam().step + " "));
  EXPECT_EQ(observed.steps.back().status, "unfinished");
}

INSTANTIATE_TEST_SUITE_P(Storage,
                         MountHangs,
                         testing::Values(Hang{"getattr", "stat"},
                                         Hang{"statfs", "statvfs"},
                                         Hang{"mkdir", "mkdir"},
                                         Hang{"create", "create"},
                                         Hang{"write", "write"},
                                         Hang{"fsync", "fsync"},
                                         Hang{"read", "read"},
                                         Hang{"rename", "rename"},
                                         Hang{"replace", "replace"},
                                         Hang{"readdir", "list"},
                                         Hang{"unlink", "unlink"}),
                         [](const auto& test) { return test.param.operation; });

TEST_F(MountChild, AMountThatComesBackIsWellAndLeftFilesAreRemoved) {
  fs_->command("rename hang");
  ASSERT_THAT(codes_of(run_to_a_hang()), ElementsAre("mount.checkpoint.hung"));
  ASSERT_THAT(files_in(fs_->backing()), testing::SizeIs(3));  // with both directories
  fs_->command("");

  const Observed observed = rig_.run(false);  // a hang does not hold until the next full run

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(files_in(fs_->backing()), ElementsAre(".sparkwarden"));
}

TEST_F(MountChild, OfChildrenThatCannotBeKilledThereIsOneAtMost) {
  fs_->command("fsync wedge");
  const Observed first = run_to_a_hang();
  const milliseconds late = rig_.late();
  const Observed second = rig_.run();
  const int children = count_children();
  fs_->kill();  // the kernel lets go of everyone who waits
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);

  const Observed third = rig_.run();

  ASSERT_THAT(codes_of(first), ElementsAre("mount.checkpoint.hung")) << told(first);
  // Not the second that is waited for others: the scheduler gives a late run's report up.
  EXPECT_LT(late, milliseconds(750));
  ASSERT_THAT(codes_of(second), ElementsAre("mount.checkpoint.hung")) << told(second);
  EXPECT_THAT(second.findings[0].message,
              AllOf(HasSubstr("a child has been in step fsync"), HasSubstr("cannot be killed")));
  EXPECT_THAT(second.steps, IsEmpty());
  EXPECT_EQ(children, 2);  // the stuck one and the file system's own
  EXPECT_THAT(codes_of(third), ElementsAre("mount.checkpoint.failed")) << told(third);
  fs_.reset();
}

// --- what is not touched ---------------------------------------------------------------------

TEST_F(MountChild, AnotherDeviceThanTheTableSaysIsNotTouched) {
  mounted_as("nas:/cp", "0:1");

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(unlooked_of(observed), Contains("mount.checkpoint.changed"));
  EXPECT_THAT(files_in(fs_->backing()), IsEmpty());
}

TEST_F(MountChild, TheMountOfAnotherExportIsNotTouched) {
  mounted_as("nas:/other", fs_->device());

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("storage.target.differs")) << told(observed);
  EXPECT_THAT(observed.steps, IsEmpty());
}

TEST_F(MountChild, ADirectoryBelowTheExportIsTheExportsMount) {
  mounted_as("nas:/cp/app-1", fs_->device());

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(observed.steps, testing::SizeIs(13));
}

TEST_F(MountChild, ASymbolicLinkDoesNotLeadTheChildOutOfTheMount) {
  const TempDir elsewhere;
  std::filesystem::create_symlink(elsewhere.path(), fs_->backing() + "/.sparkwarden");

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("mount.checkpoint.failed")) << told(observed);
  EXPECT_THAT(files_in(elsewhere.path()), IsEmpty());
}

TEST_F(MountChild, WithMountOffNobodyTouchesIt) {
  rig_.settings().mount = storage::Use::off;

  const Observed observed = rig_.run();

  EXPECT_THAT(observed.steps, IsEmpty());
  EXPECT_THAT(unlooked_of(observed), ElementsAre("storage.proof.none"));
}

// --- beside the wire -------------------------------------------------------------------------

class MountBesideWire : public MountChild {
 protected:
  void SetUp() override {
    MountChild::SetUp();
    if (IsSkipped()) return;
    if (const std::string why = why_no_ganesha(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<Ganesha>();
    rig_.target(server_->path(), server_->nfs_port());
    rig_.settings().wire = storage::Use::automatic;
    mounted_as("nas:" + server_->path(), fs_->device());
  }
  void TearDown() override {
    server_.reset();
    MountChild::TearDown();
  }
  std::unique_ptr<Ganesha> server_;
};

TEST_F(MountBesideWire, FirstTheWireThenTheMount) {
  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(unlooked_of(observed), IsEmpty());
  const std::vector<std::string> steps = steps_of(observed);
  EXPECT_THAT(steps, testing::IsSupersetOf({"umount/wire/ok", "unlink/mount/ok"}));
  EXPECT_EQ(steps.back(), "unlink/mount/ok");
  EXPECT_THAT(files_in(fs_->backing()), ElementsAre(".sparkwarden"));
}

TEST_F(MountBesideWire, ALightRunRepeatsWhatTheMountSaid) {
  fs_->command(failing("write", EIO));
  static_cast<void>(rig_.run());

  const Observed observed = rig_.run(false);

  EXPECT_THAT(codes_of(observed), ElementsAre("mount.checkpoint.failed")) << told(observed);
  EXPECT_THAT(steps_of(observed), testing::Each(HasSubstr("/loop/")));
}

TEST_F(MountBesideWire, ASilentServersMountIsNotTouched) {
  static_cast<void>(rig_.run());
  server_->freeze();
  rig_.settings().rpc_timeout = milliseconds(400);
  fs_->command("getattr wedge");

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.silent")) << told(observed);
  EXPECT_THAT(unlooked_of(observed), ElementsAre("mount.checkpoint.untouched"));
  EXPECT_EQ(observed.findings[0].severity, Severity::error);
  EXPECT_THAT(steps_of(observed), testing::Each(HasSubstr("/loop/")));
}

TEST_F(MountBesideWire, AServerThatRefusesTheAgentIsAWarningWhileTheMountWorks) {
  static_cast<void>(rig_.run());
  server_->kill();

  const Observed observed = rig_.run(false);

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.refused")) << told(observed);
  EXPECT_EQ(observed.findings[0].severity, Severity::warning);
  EXPECT_THAT(steps_of(observed), Contains("statvfs/mount/ok"));  // a sign of life, no canary
}

TEST_F(MountBesideWire, AMountThatHangsWhileTheServerIsWellIsHung) {
  fs_->command("create hang");

  const Observed observed = run_to_a_hang();

  EXPECT_THAT(codes_of(observed), ElementsAre("mount.checkpoint.hung")) << told(observed);
}

std::string counters(const std::string& source, const std::string& path, int sends, int receives) {
  return "device " + source + " mounted on " + path +
         " with fstype nfs4 statvers=1.1\n\tage:\t100\n\txprt:\ttcp 0 0 1 0 0 " +
         std::to_string(sends) + " " + std::to_string(receives) +
         " 0 0 0 2 0 0\n\tper-op statistics\n\t READ: 90 " + std::to_string(90 + sends / 100) +
         " 0 0 0 0 0 0\n";
}

TEST_F(MountBesideWire, CountersTellAHungMountWithoutTouchingIt) {
  const std::string source = "nas:" + server_->path();
  const auto count = [&](int sends, int receives) {
    rig_.world().paths.mountstats =
        dir_.write("mountstats", counters(source, fs_->path(), sends, receives));
  };
  count(100, 100);
  static_cast<void>(rig_.run());
  count(205, 200);
  const Observed busy = rig_.run(false);
  count(206, 200);
  fs_->command("getattr wedge");

  const Observed hung = rig_.run();

  EXPECT_THAT(codes_of(busy), IsEmpty()) << told(busy);
  EXPECT_THAT(busy.measurements, Contains(Measurement{&storage::measures::kRetransmits, {}, 1}));
  EXPECT_THAT(busy.measurements, Contains(Measurement{&storage::measures::kUnanswered, {}, 5}));
  ASSERT_THAT(codes_of(hung), ElementsAre("mount.checkpoint.hung")) << told(hung);
  EXPECT_THAT(hung.findings[0].message, HasSubstr("6 requests wait"));
  EXPECT_THAT(steps_of(hung), Not(Contains(HasSubstr("/mount/"))));
}

TEST_F(MountBesideWire, CountersThatCannotBeReadAreUnknown) {
  rig_.world().paths.mountstats = "/nowhere/mountstats";

  const Observed observed = rig_.run();

  EXPECT_THAT(unlooked_of(observed), ElementsAre("storage.mountstats.unreadable"));
}

}  // namespace
}  // namespace sparkwarden::tests
