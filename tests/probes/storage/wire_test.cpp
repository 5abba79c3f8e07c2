// SPDX-License-Identifier: Apache-2.0
// The whole probe with its real child against real servers, healthy and not.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/storage/measures.hpp"
#include "tests/probes/storage/wire_fixture.hpp"

namespace sparkwarden::tests {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(WireV4, AHealthyExportTakesEveryStepAndKeepsNothing) {
  const Ganesha& server = serve();

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  EXPECT_THAT(unlooked_of(observed), IsEmpty());
  EXPECT_THAT(steps_of(observed),
              ElementsAre("resolve/loop/ok",
                          "connect/loop/ok",
                          "null/loop/ok",  // version 3 is not offered ...
                          "connect/loop/ok",
                          "null/loop/ok",  // ... version 4 is
                          "mount/wire/ok",
                          "stat/wire/ok",
                          "statvfs/wire/ok",
                          "mkdir/wire/ok",
                          "create/wire/ok",
                          "write/wire/ok",
                          "fsync/wire/ok",
                          "read/wire/ok",
                          "close/wire/ok",
                          "rename/wire/ok",
                          "replace/wire/ok",
                          "list/wire/ok",
                          "exclusive/wire/ok",
                          "unlink/wire/ok",
                          "umount/wire/ok"));
  EXPECT_EQ(
      observed.facts.storage,
      (StorageView{
          .server = "nas", .export_path = server.path(), .mount_path = kMountPath, .fsid = ""}));
  EXPECT_THAT(files_in(server.backing()), ElementsAre(".sparkwarden"));
  struct stat top {};
  ASSERT_EQ(::stat((server.backing() + "/.sparkwarden").c_str(), &top), 0);
  EXPECT_EQ(top.st_mode & 07777U, 01777U);
}

double gauge(const Observed& observed, const MeasureSpec& spec) {
  const auto found = std::find_if(observed.measurements.begin(),
                                  observed.measurements.end(),
                                  [&](const Measurement& m) { return m.spec == &spec; });
  return found == observed.measurements.end() ? -1.0 : found->value;
}

TEST_F(WireV4, SizesAreMeasuredForTheWrittenTarget) {
  serve();

  const Observed observed = rig_.run();

  EXPECT_GT(gauge(observed, storage::measures::kSize), gauge(observed, storage::measures::kFree));
  EXPECT_GT(gauge(observed, storage::measures::kFree), 0.0);
}

TEST_F(WireV4, SizesStandBetweenFullRunsButNotOnExecutorsWhichHaveOne) {
  serve();
  StorageRig executor;
  executor.world().role = Role::executor;
  executor.target(server_->path(), server_->nfs_port());
  const double full = gauge(rig_.run(), storage::measures::kSize);
  static_cast<void>(executor.run());

  EXPECT_EQ(gauge(rig_.run(false), storage::measures::kSize), full);
  EXPECT_EQ(gauge(executor.run(false), storage::measures::kSize), -1.0);
}

TEST_F(WireV4, RunsCanFollowOneAnother) {
  serve();

  for (int i = 0; i < 5; ++i) {
    const Observed observed = rig_.run();
    ASSERT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  }
}

TEST_F(WireV4, ALightRunAsksOnlyForAnAnswer) {
  serve();
  static_cast<void>(rig_.run());

  const Observed observed = rig_.run(false);

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent));
  EXPECT_THAT(steps_of(observed), testing::Each(HasSubstr("/loop/")));
}

TEST_F(WireV4, ALightRunKeepsWhatTheFullOneFound) {
  GaneshaOptions options;
  options.tmpfs_bytes = 1 << 20;
  const Ganesha& server = serve(options);
  std::ofstream(server.backing() + "/ballast") << std::string(950 << 10, 'x');
  ASSERT_THAT(codes_of(rig_.run()), Contains("storage.space.low"));

  const Observed light = rig_.run(false);

  EXPECT_THAT(codes_of(light), Contains("storage.space.low"));
}

TEST_F(WireV4, ATargetThatIsToBeWrittenToFromNowOnIsProvenAtOnce) {
  serve();
  rig_.settings().targets->front().write = false;
  static_cast<void>(rig_.run());
  rig_.settings().targets->front().write = true;

  const Observed observed = rig_.run(false);

  EXPECT_THAT(steps_of(observed), Contains(HasSubstr("write/wire/ok"))) << told(observed);
}

TEST_F(WireV4, AnExportThatIsNotWrittenToIsOnlyLookedAt) {
  const Ganesha& server = serve();
  rig_.settings().targets->front().write = false;

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), IsEmpty()) << told(observed);
  EXPECT_THAT(files_in(server.backing()), IsEmpty());
}

TEST_F(WireV4, AReadOnlyExportIsFoundByWriting) {
  Ganesha& server = serve();
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  server.set_read_only(true);

  const Observed observed = rig_.run();
  server.set_read_only(false);
  const Observed healed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.export.read-only", kAbsent)) << told(observed);
  EXPECT_THAT(codes_of(healed), ElementsAre(kAbsent)) << told(healed);
}

TEST_F(WireV4, APathThatIsNotExportedIsMissing) {
  serve();
  rig_.settings().targets->front().export_path += "-elsewhere";

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.export.missing", kAbsent));
}

TEST_F(WireV4, ASquashedRootMayNotWrite) {
  GaneshaOptions options;
  options.squash = "Root_Squash";
  options.mode = 0755;
  serve(options);

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.write.denied", kAbsent)) << told(observed);
  EXPECT_THAT(observed.findings[0].message,
              AllOf(HasSubstr("as 0:0 is denied: NFS4ERR_ACCESS"), HasSubstr("/ has mode 0755")));
}

TEST_F(WireV4, AGroupOpensADirectory) {
  GaneshaOptions options;
  options.mode = 0770;
  const Ganesha& server = serve(options);
  ASSERT_EQ(::chown(server.backing().c_str(), 0, 4242), 0);
  rig_.settings().identity = {.uid = 185, .gid = 185, .groups = std::vector<int>{}};
  const Observed without = rig_.run();
  StorageRig with;
  with.target(server.path(), server.nfs_port());
  with.settings().identity = {.uid = 185, .gid = 185, .groups = std::vector{4242}};

  const Observed within = with.run();

  EXPECT_THAT(codes_of(without), ElementsAre("nfs.write.denied", kAbsent)) << told(without);
  EXPECT_THAT(codes_of(within), ElementsAre(kAbsent)) << told(within);
}

TEST_F(WireV4, AFullFileSystemIsFoundByWriting) {
  GaneshaOptions options;
  options.tmpfs_bytes = 1 << 20;
  const Ganesha& server = serve(options);
  std::ofstream(server.backing() + "/ballast") << std::string(2 << 20, 'x');

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.write.full", kAbsent)) << told(observed);
  EXPECT_THAT(files_in(server.backing()), testing::UnorderedElementsAre("ballast", ".sparkwarden"));
}

TEST_F(WireV4, AStoppedServerRefuses) {
  serve().kill();
  servers_ = 0;

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.server.refused", kAbsent));
}

TEST_F(WireV4, ARestartedServerIsFineAgain) {
  Ganesha& server = serve();
  static_cast<void>(rig_.run());
  server.restart();

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
}

TEST_F(WireV4, AFrozenServerIsSilentAndNoChildIsSent) {
  Ganesha& server = serve();
  rig_.settings().rpc_timeout = seconds(2);
  server.freeze();

  const Observed observed = rig_.run();
  server.thaw();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.silent", kAbsent));
  EXPECT_THAT(steps_of(observed), testing::Each(HasSubstr("/loop/")));
  EXPECT_LT(rig_.took(), seconds(4));  // one rpc_timeout, and not one for each version
}

TEST_F(WireV4, AGraceIsAWarning) {
  GaneshaOptions options;
  options.graceless = false;
  Ganesha& server = serve(options);
  static_cast<void>(rig_.run());  // without a client to wait for there is no grace
  server.restart();

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.server.grace", kAbsent)) << told(observed);
  EXPECT_EQ(observed.findings[0].severity, Severity::warning);
}

TEST_F(WireV4, AnExportForPrivilegedPortsIsHiddenFromANonRootAgent) {
  GaneshaOptions options;
  options.privileged_port = true;
  const Ganesha& server = serve(options);
  run_child_as_nobody();
  const std::string line =
      "1 2 0:3 / " + std::string(kMountPath) + " rw - nfs4 nas:" + server.path() + " rw\n";

  const Observed alone = rig_.run();
  rig_.mountinfo(line);
  const Observed mounted = rig_.run();

  ASSERT_THAT(codes_of(alone), ElementsAre("nfs.export.missing", kAbsent)) << told(alone);
  EXPECT_THAT(alone.findings[0].message, HasSubstr("from a port above 1023"));
  EXPECT_THAT(codes_of(mounted), IsEmpty()) << told(mounted);
  EXPECT_THAT(unlooked_of(mounted),
              ElementsAre("nfs.export.wire-not-permitted", "mount.checkpoint.changed"));
}

// --- between probe and server ----------------------------------------------------------------

TEST_F(WireProxied, AServerThatFallsSilentIsNamedWithTheStep) {
  rig_.settings().rpc_timeout = seconds(2);
  proxy().set_after(9, ProxyMode::drop_replies);

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.server.silent", kAbsent)) << told(observed);
  EXPECT_THAT(observed.findings[0].message, HasSubstr("in step "));
  EXPECT_LT(rig_.took(), seconds(15));  // its step_deadline is longer
}

TEST_F(WireProxied, WhatAnInterruptedRunLeftTheNextOneRemoves) {
  TcpProxy& between = proxy();
  rig_.settings().rpc_timeout = seconds(2);
  between.set_after(14, ProxyMode::drop_replies);
  ASSERT_THAT(codes_of(rig_.run()), Contains("nfs.server.silent"));
  ASSERT_THAT(files_in(server_->backing()),
              testing::SizeIs(3));  // with the pod's directory and a file
  between.set(ProxyMode::pass);
  rig_.settings().rpc_timeout = seconds(15);

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  EXPECT_THAT(files_in(server_->backing()), ElementsAre(".sparkwarden"));
}

TEST_F(WireProxied, OutOfTimeIsNoVerdictOnTheNextExport) {
  rig_.settings().rpc_timeout = seconds(30);
  rig_.settings().step_deadline = seconds(30);
  proxy().set_after(9, ProxyMode::drop_replies);
  rig_.settings().targets->push_back({.server = "nas", .export_path = "/other", .write = false});

  const Observed observed = rig_.run(true, milliseconds(4'000));

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.silent", kAbsent)) << told(observed);
  EXPECT_THAT(unlooked_of(observed), ElementsAre("storage.proof.late"));
}

TEST_F(WireProxied, ACutConnectionIsDisconnected) {
  proxy().set_after(9, ProxyMode::close);

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.server.disconnected", kAbsent));
}

TEST_F(WireProxied, AHalfClosedConnectionIsDisconnected) {
  proxy().set_after(9, ProxyMode::half_close);

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.disconnected", kAbsent))
      << told(observed);
}

TEST_F(WireProxied, GarbageInTheMiddleIsNoNfs) {
  proxy().set_after(9, ProxyMode::garbage);

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.server.protocol", kAbsent)) << told(observed);
}

TEST_F(WireProxied, AnotherSpeakerOnThePortIsNoNfs) {
  proxy().set(ProxyMode::garbage);

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.server.protocol", kAbsent));
}

TEST_F(WireProxied, APortThatHangsUpIsDisconnected) {
  proxy().set(ProxyMode::close);

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.server.disconnected", kAbsent));
}

#ifdef SPARKWARDEN_SANITIZED
constexpr const char* kLastLimit = "Max cpu time              2 ";
#else
constexpr const char* kLastLimit = "Max address space         67108864 ";
#endif

TEST_F(WireProxied, TheChildIsLockedDown) {
  rig_.settings().rpc_timeout = seconds(30);
  rig_.settings().step_deadline = seconds(30);
  TcpProxy& between = proxy();
  std::string limits;
  std::string status;
  std::atomic<bool> done = false;
  std::thread looker([&] {
    while (!done) {
      for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children(thread.path() / "children");
        for (std::string pid; children >> pid;) {
          std::string command;
          std::getline(std::ifstream("/proc/" + pid + "/cmdline"), command);
          std::ifstream limits_file("/proc/" + pid + "/limits");
          std::string text(std::istreambuf_iterator<char>(limits_file), {});
          // Once its last limit is set, which is the first thing it does.
          if (command.find("storage-wire") == std::string::npos) continue;
          if (text.find(kLastLimit) == std::string::npos) continue;
          std::ifstream status_file("/proc/" + pid + "/status");
          status.assign(std::istreambuf_iterator<char>(status_file), {});
          limits = text;
          done = true;
        }
      }
      ::usleep(1'000);
    }
  });

  // On a busy machine a child may end before it was looked at.
  for (milliseconds deadline(1'000); deadline < seconds(60) && !done; deadline *= 2) {
    between.set(ProxyMode::pass);
    between.set_after(9, ProxyMode::drop_replies);
    static_cast<void>(rig_.run(true, deadline));
  }
  done = true;
  looker.join();

  EXPECT_THAT(limits, HasSubstr("Max core file size        0 "));
  EXPECT_THAT(limits, HasSubstr("Max cpu time              2 "));
  EXPECT_THAT(limits, HasSubstr(kLastLimit));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
}

// --- version 3 -------------------------------------------------------------------------------

TEST_F(WireV3, AHealthyExportTakesEveryStepAndKeepsNothing) {
  const Ganesha& server = serve3();

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  EXPECT_EQ(observed.steps.size(), 19U) << told(observed);
  EXPECT_EQ(steps_of(observed)[3], "mountd/loop/ok");
  EXPECT_NE(observed.facts.storage.value().fsid, "");
  EXPECT_THAT(files_in(server.backing()), ElementsAre(".sparkwarden"));
}

TEST_F(WireV3, ThePortmapperFindsTheMountDaemon) {
  serve3();
  rig_.settings().connect.mount_port = 0;

  const Observed observed = rig_.run();
  const Observed light = rig_.run(false);

  EXPECT_THAT(codes_of(observed), ElementsAre(kAbsent)) << told(observed);
  EXPECT_EQ(steps_of(observed)[3], "portmapper/loop/ok");
  EXPECT_EQ(steps_of(observed)[4], "mountd/loop/ok");
  EXPECT_THAT(steps_of(light), ElementsAre("resolve/loop/ok", "connect/loop/ok", "null/loop/ok"));
}

TEST_F(WireV3, APathThatIsNotExportedIsMissingAndTheListIsTold) {
  const Ganesha& server = serve3();
  rig_.settings().targets->front().export_path = "/elsewhere";

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.export.missing", kAbsent)) << told(observed);
  EXPECT_EQ(observed.findings[0].message,
            "the server exports " + server.path() + ", but not this path");
}

TEST_F(WireV3, AReadOnlyExportIsFoundByWriting) {
  GaneshaOptions options;
  options.read_only = true;
  serve3(options);

  EXPECT_THAT(codes_of(rig_.run()), ElementsAre("nfs.export.read-only", kAbsent));
}

TEST_F(WireV3, ASquashedRootMayNotWriteAndTheOwnerIsNamed) {
  GaneshaOptions options;
  options.squash = "Root_Squash";
  options.mode = 0755;
  serve3(options);

  const Observed observed = rig_.run();

  ASSERT_THAT(codes_of(observed), ElementsAre("nfs.write.denied", kAbsent)) << told(observed);
  EXPECT_THAT(observed.findings[0].message,
              AllOf(HasSubstr("NFS3ERR_ACCES"), HasSubstr("mode 0755, owner 0:0")));
}

TEST_F(WireV3, AFullFileSystemIsFoundByWriting) {
  GaneshaOptions options;
  options.tmpfs_bytes = 1 << 20;
  const Ganesha& server = serve3(options);
  std::ofstream(server.backing() + "/ballast") << std::string(2 << 20, 'x');

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.write.full", kAbsent)) << told(observed);
}

TEST_F(WireV3, ARemovedExportIsStale) {
  const Ganesha& server = serve3();
  ASSERT_THAT(codes_of(rig_.run()), ElementsAre(kAbsent));
  std::filesystem::remove_all(server.path());

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.export.stale", kAbsent)) << told(observed);
}

TEST_F(WireV3, AMountDaemonThatIsGoneHasItsOwnCode) {
  serve3();
  rig_.settings().connect.version = storage::NfsVersion::v3;
  rig_.settings().connect.mount_port = 1;

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.mountd.unreachable", kAbsent)) << told(observed);
  EXPECT_THAT(steps_of(observed), testing::Contains("mountd/loop/error"));
}

// A firewall that opens the NFS port alone drops what goes to the mount daemon.
TEST_F(WireV3, AMountDaemonThatIsSilentIsNotTheNfsService) {
  const Ganesha& server = serve3();
  std::unique_ptr<TcpProxy> daemon;
  network_->inside([&] { daemon = std::make_unique<TcpProxy>(server.mount_port()); });
  daemon->set(ProxyMode::drop_replies);
  rig_.settings().connect.version = storage::NfsVersion::v3;
  rig_.settings().connect.mount_port = daemon->port();
  rig_.settings().rpc_timeout = std::chrono::seconds(2);

  const Observed observed = rig_.run();
  rig_.mountinfo("1 2 0:3 / " + std::string(kMountPath) + " rw - nfs nas:" + server.path() +
                 " rw\n");
  const Observed mounted = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.mountd.unreachable", kAbsent)) << told(observed);
  EXPECT_THAT(steps_of(observed), Contains("mountd/loop/error"));
  // The kernel has long been past its mount daemon: the mount is looked at all the same.
  EXPECT_THAT(unlooked_of(mounted), ElementsAre("mount.checkpoint.changed")) << told(mounted);
}

TEST_F(WireV3, AMountDaemonThatNobodyKnowsOfHasItsOwnCode) {
  serve3();
  rig_.settings().connect.version = storage::NfsVersion::v3;
  rig_.settings().connect.mount_port = 0;
  for (const char* version : {"1", "3"}) {  // of a version alone the other one's port is told
    const Finished unset =
        run_to_end(network_->entering({"rpcinfo", "-d", "100005", version}), seconds(60));
    ASSERT_EQ(unset.code, 0) << unset.err;
  }

  const Observed observed = rig_.run();

  EXPECT_THAT(codes_of(observed), ElementsAre("nfs.mountd.unreachable", kAbsent)) << told(observed);
  EXPECT_THAT(steps_of(observed), Contains("portmapper/loop/error"));
}

TEST_F(WireV3, APrivilegedPortThatTheAgentLacksIsNotTheStoragesFault) {
  GaneshaOptions options;
  options.privileged_port = true;
  const Ganesha& server = serve3(options);
  run_child_as_nobody();

  const Observed alone = rig_.run();
  rig_.mountinfo("1 2 0:3 / " + std::string(kMountPath) + " rw - nfs nas:" + server.path() +
                 " rw\n");
  const Observed mounted = rig_.run();

  EXPECT_THAT(codes_of(alone), ElementsAre(kAbsent)) << told(alone);
  EXPECT_THAT(unlooked_of(alone), ElementsAre("nfs.export.wire-not-permitted"));
  EXPECT_THAT(codes_of(mounted), ElementsAre("nfs.export.wire-not-permitted")) << told(mounted);
  EXPECT_THAT(unlooked_of(mounted), ElementsAre("mount.checkpoint.changed"));  // nothing is there
}

}  // namespace
}  // namespace sparkwarden::tests
