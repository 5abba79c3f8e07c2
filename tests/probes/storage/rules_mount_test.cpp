// SPDX-License-Identifier: Apache-2.0
// Who decides: the judgement of a mount beside that of the wire.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "probes/storage/codes.hpp"
#include "probes/storage/rules.hpp"
#include "probes/storage/trouble.hpp"

namespace sparkwarden::probes::storage {
namespace {

using io::ChildEnd;
using io::RpcAnswer;
using io::StepBegin;
using io::StepEnd;

Mount nfs_mount(std::set<std::string, std::less<>> options = {"hard", "local_lock=none"}) {
  return Mount{.device = "0:87",
               .mount_point = "/mnt/cp",
               .fstype = "nfs4",
               .source = "nas:/cp",
               .options = std::move(options),
               .nfs = NfsSource{"nas", "/cp"}};
}

// A child that ended well, or with a failure of `end`.
WireLook ended(const std::string& via, std::optional<StepEnd> end = {}) {
  WireLook look{.end = ChildEnd::exited, .took = milliseconds(20)};
  const std::string first = via == "wire" ? "mount" : "stat";
  if (!end || end->step != first) {
    look.transcript.events.emplace_back(StepBegin{first, via});
    look.transcript.events.emplace_back(StepEnd{.step = first});
  }
  if (end) {
    end->ok = false;
    look.transcript.events.emplace_back(StepBegin{end->step, via});
    look.transcript.events.emplace_back(*end);
  }
  look.transcript.events.emplace_back(io::ChildDone{});
  look.transcript.done = true;
  return look;
}

WireLook cut_off(const std::string& via, const std::string& step, ChildEnd how, int took = 3'000) {
  WireLook look{.end = how, .took = milliseconds(took)};
  if (!step.empty()) look.transcript.events.emplace_back(StepBegin{step, via});
  return look;
}

WireLook with_space(WireLook look, const std::string& available) {
  auto& events = look.transcript.events;
  events.insert(events.end() - 1, io::ChildFact{"space.total", "1000000"});
  events.insert(events.end() - 1, io::ChildFact{"space.available", available});
  return look;
}

ServerLook server_that(RpcAnswer answer) {
  return ServerLook{.address = "10.10.0.10", .reply = {.answer = answer}};
}

struct Given {
  Settings settings = {};
  TargetLook look = {};
  bool as_itself = true;

  Given() {
    look.target = Target{.server = "nas",
                         .export_path = "/cp",
                         .mount_path = "/mnt/cp",
                         .write = true,
                         .checkpoint = true,
                         .mount = nfs_mount()};
    look.server = server_that(RpcAnswer::ok);
    look.wire = ended("wire");
    look.mount = ended("mount");
    look.touch = MountTouch::done;
  }
  [[nodiscard]] Observed judged() const {
    return judge_target(look,
                        Judge{.role = Role::executor,
                              .settings = &settings,
                              .uid = 185,
                              .gid = 0,
                              .as_itself = as_itself});
  }
  // "error code", "warning code", "info code", "?code"
  [[nodiscard]] std::vector<std::string> said() const {
    const Observed observed = judged();
    std::vector<std::string> all;
    for (const Finding& finding : observed.findings) {
      all.push_back(std::string(to_string(finding.severity)) + " " + finding.code);
    }
    for (const Unlooked& entry : observed.unlooked) all.push_back("?" + entry.code);
    return all;
  }
};

using Said = std::vector<std::string>;

const StepEnd kFull{.step = "write", .symbol = "NFS3ERR_NOSPC"};
const StepEnd kRejected{.step = "mount", .text = "RPC Packet not accepted by the server"};
const StepEnd kEio{.step = "write", .symbol = "EIO", .error = EIO};

TEST(WhoDecides, BothWellIsWell) {
  EXPECT_EQ(Given{}.judged(), Observed{});
}

TEST(WhoDecides, AWireThatFailsBesideAHealthyMountIsAWarning) {
  Given given;
  given.look.wire = ended("wire", StepEnd{.step = "create", .symbol = "NFS3ERR_ROFS"});

  EXPECT_EQ(given.said(), Said{"warning nfs.export.read-only"});
}

TEST(WhoDecides, AServerThatOnlyTheNodeReachesIsAWarning) {
  Given given;
  given.look.server = server_that(RpcAnswer::connect_timeout);
  given.look.wire.reset();

  EXPECT_EQ(given.said(), Said{"warning nfs.server.unreachable"});
}

TEST(WhoDecides, AWireThatIsNotPermittedBesideAHealthyMountIsInformation) {
  Given given;
  given.look.wire = ended("wire", kRejected);

  EXPECT_EQ(given.said(), Said{"info nfs.export.wire-not-permitted"});
}

TEST(WhoDecides, AnExportThatIsHiddenFromTheAgentIsInformationBesideAHealthyMount) {
  Given given;
  given.look.wire = ended("wire", StepEnd{.step = "mount", .symbol = "NFS4ERR_NOENT"});
  given.look.wire->version = 4;

  EXPECT_EQ(given.said(), Said{"info nfs.export.wire-not-permitted"});
}

TEST(WhoDecides, ARequiredWireKeepsItsErrors) {
  Given given;
  given.settings.wire = Use::require;
  given.look.wire = ended("wire", kRejected);

  EXPECT_EQ(given.said(), Said{"error nfs.export.wire-not-permitted"});
}

TEST(WhoDecides, AMountThatFailsIsAnErrorWhateverTheWireSays) {
  Given given;
  given.look.mount = ended("mount", kEio);
  EXPECT_EQ(given.said(), Said{"error mount.checkpoint.failed"});

  given.look.wire = ended("wire", StepEnd{.step = "create", .symbol = "NFS3ERR_STALE"});
  EXPECT_EQ(given.said(), (Said{"warning nfs.export.stale", "error mount.checkpoint.failed"}));
}

TEST(WhoDecides, WhatBothSayIsSaidOnceByTheMount) {
  Given given;
  given.look.wire = ended("wire", kFull);
  given.look.mount = ended("mount", StepEnd{.step = "close", .symbol = "ENOSPC", .error = ENOSPC});

  EXPECT_EQ(given.said(), Said{"error nfs.write.full"});
  EXPECT_EQ(given.judged().findings.at(0).message,
            "step close through the mount at /mnt/cp: ENOSPC");
}

TEST(WhoDecides, SpaceIsToldOnce) {
  Given given;
  given.look.wire = with_space(ended("wire"), "50000");
  given.look.mount = with_space(ended("mount"), "50000");

  EXPECT_EQ(given.said(), Said{"warning storage.space.low"});
}

TEST(WhoDecides, ASilentServersMountIsNeitherTouchedNorFine) {
  Given given;
  given.look.server = server_that(RpcAnswer::silent);
  given.look.wire.reset();
  given.look.mount.reset();
  given.look.touch = MountTouch::server_silent;

  EXPECT_EQ(given.said(), (Said{"error nfs.server.silent", "?mount.checkpoint.untouched"}));
}

TEST(WhoDecides, AMountThatHangsInAStepIsNamedWithIt) {
  Given given;
  given.look.mount = cut_off("mount", "rename", ChildEnd::deadline);

  EXPECT_EQ(given.said(), Said{"error mount.checkpoint.hung"});
  EXPECT_EQ(given.judged().findings.at(0).message,
            "no end of step rename through the mount at /mnt/cp within 3000 ms");
}

TEST(WhoDecides, AChildThatCannotBeKilledTellsItsAge) {
  Given given;
  given.look.mount = cut_off("mount", "rename", ChildEnd::busy, 65'000);

  EXPECT_EQ(given.said(), Said{"error mount.checkpoint.hung"});
  EXPECT_EQ(given.judged().findings.at(0).message,
            "a child has been in step rename through the mount at /mnt/cp for 65 s and cannot be "
            "killed");
}

TEST(WhoDecides, AChildThatIsStuckInAnotherMountLeavesTheDecisionToTheWire) {
  Given given;
  given.look.mount = cut_off("mount", "", ChildEnd::busy, 65'000);
  given.look.wire = ended("wire", kFull);

  EXPECT_EQ(given.said(), (Said{"error nfs.write.full", "?storage.child.stuck"}));
}

TEST(WhoDecides, AChildThatDiedProvesNothing) {
  Given given;
  for (const ChildEnd end : {ChildEnd::signalled, ChildEnd::not_started, ChildEnd::flooded}) {
    given.look.mount = cut_off("mount", "write", end);
    EXPECT_EQ(given.said(), Said{"?storage.child.failed"});
  }
}

TEST(WhoDecides, WhatWasUnmountedMeanwhileProvesNothing) {
  Given given;
  given.look.mount = ended("mount", StepEnd{.step = "stat", .symbol = "ANOTHER_MOUNT"});
  given.look.wire = ended("wire", kFull);

  EXPECT_EQ(given.said(), (Said{"error nfs.write.full", "?mount.checkpoint.changed"}));
}

TEST(WhoDecides, WithoutTimeForTheMountTheWireDecides) {
  Given given;
  given.look.mount.reset();
  given.look.touch = MountTouch::late;

  EXPECT_EQ(given.said(), Said{"?storage.proof.late"});
}

TEST(WhoDecides, ADenialOfAnotherUserThanSparksIsNoEvidence) {
  Given given;
  given.look.mount = ended("mount", StepEnd{.step = "mkdir", .symbol = "EACCES", .error = EACCES});
  EXPECT_EQ(given.said(), Said{"error nfs.write.denied"});

  given.as_itself = false;
  EXPECT_EQ(given.said(), Said{"?nfs.write.denied"});
}

TEST(WhoDecides, WithTheWireOffTheMountProvesTheExport) {
  Given given;
  given.settings.wire = Use::off;
  given.look.server.reset();
  given.look.wire.reset();
  EXPECT_EQ(given.said(), Said{});

  given.look.touch = MountTouch::none;
  given.look.mount.reset();
  EXPECT_EQ(given.said(), Said{"?storage.proof.none"});
}

TEST(WhoDecides, AReadOnlyMountIsToldOnce) {
  Given given;
  given.look.target.mount->read_only = true;
  given.look.mount = ended("mount", StepEnd{.step = "create", .symbol = "EROFS", .error = EROFS});

  EXPECT_EQ(given.said(), Said{"error mount.checkpoint.read-only"});
}

TEST(WhoDecides, CountersAloneTellAHungMount) {
  Given given;
  given.look.wire = ended("wire", kFull);
  given.look.mount.reset();
  given.look.touch = MountTouch::none;
  given.look.traffic = MountTraffic{.hung = true, .waiting = 3, .quiet = milliseconds(120'000)};

  EXPECT_EQ(given.said(), (Said{"warning nfs.write.full", "error mount.checkpoint.hung"}));
  EXPECT_EQ(given.judged().findings.at(1).message,
            "of the mount at /mnt/cp 3 requests wait, and for 120 s the server has answered none "
            "(mountstats)");
}

TEST(WhoDecides, ALookThatHungOrMissedTheMountDoesNotHold) {
  EXPECT_TRUE(mount_holds(ended("mount")));
  EXPECT_TRUE(mount_holds(ended("mount", kEio)));
  EXPECT_FALSE(mount_holds(cut_off("mount", "write", ChildEnd::deadline)));
  EXPECT_FALSE(mount_holds(
      ended("mount", StepEnd{.step = "write", .symbol = "ETIMEDOUT", .error = ETIMEDOUT})));
  EXPECT_FALSE(mount_holds(ended("mount", StepEnd{.step = "stat", .symbol = "ANOTHER_MOUNT"})));
}

TEST(WhoDecides, OnlyAServerThatTakesRequestsAndDoesNotAnswerIsSilent) {
  Given given;
  EXPECT_FALSE(server_silent(given.look));
  given.look.wire = cut_off("wire", "mount", ChildEnd::deadline);
  EXPECT_TRUE(server_silent(given.look));
  given.look.server = server_that(RpcAnswer::refused);  // newer than the look over the wire
  EXPECT_FALSE(server_silent(given.look));
  given.look.server = server_that(RpcAnswer::silent);
  EXPECT_TRUE(server_silent(given.look));
}

// --- options ---------------------------------------------------------------------------------

struct Options {
  std::string name;
  std::set<std::string, std::less<>> options;
  Severity severity;
  std::string code;  // empty: none
};

class MountOptions : public testing::TestWithParam<Options> {};

TEST_P(MountOptions, AreJudgedWhereTheyAreCertain) {
  Given given;
  given.look.target.mount = nfs_mount(GetParam().options);

  const Observed observed = given.judged();

  EXPECT_TRUE(observed.unlooked.empty());
  ASSERT_EQ(observed.findings.size(), GetParam().code.empty() ? 0U : 1U);
  if (GetParam().code.empty()) return;
  EXPECT_EQ(observed.findings[0].code, GetParam().code);
  EXPECT_EQ(observed.findings[0].severity, GetParam().severity);
}

INSTANTIATE_TEST_SUITE_P(
    Storage,
    MountOptions,
    testing::Values(
        Options{"defaults",
                {"hard", "vers=4.1", "proto=tcp", "timeo=600", "retrans=2", "local_lock=none"},
                Severity::info,
                ""},
        Options{"version_3",
                {"hard", "vers=3", "mountproto=udp", "local_lock=none"},
                Severity::info,
                ""},
        Options{"version_2", {"hard", "vers=2"}, Severity::warning, "mount.options.version"},
        Options{"udp", {"hard", "proto=udp"}, Severity::warning, "mount.options.udp"},
        Options{"udp6", {"hard", "proto=udp6"}, Severity::warning, "mount.options.udp"},
        Options{"long_cache",
                {"hard", "acregmin=600", "acregmax=600", "acdirmin=600", "acdirmax=600"},
                Severity::warning,
                "mount.options.cache-long"},
        Options{"long_for_directories",
                {"hard", "acdirmax=3600"},
                Severity::warning,
                "mount.options.cache-long"},
        Options{"short_cache", {"hard", "acdirmin=1", "acdirmax=5"}, Severity::info, ""},
        Options{"no_cache",
                {"hard", "acregmin=0", "acregmax=0", "acdirmin=0", "acdirmax=0"},
                Severity::info,
                "mount.options.cache-off"},
        Options{
            "no_cache_for_files_only", {"hard", "acregmin=0", "acregmax=0"}, Severity::info, ""},
        Options{"noac", {"hard", "sync", "noac"}, Severity::info, "mount.options.cache-off"},
        Options{"nocto", {"hard", "nocto"}, Severity::warning, "mount.options.nocto"},
        Options{"noresvport", {"hard", "noresvport"}, Severity::info, "mount.options.noresvport"},
        Options{"lookupcache", {"hard", "lookupcache=pos", "nconnect=4"}, Severity::info, ""},
        Options{"no_number", {"hard", "acregmax=long"}, Severity::info, ""}),
    [](const auto& test) { return test.param.name; });

// --- errno -----------------------------------------------------------------------------------

TEST(MountTrouble, EndsThatWentWellAreNone) {
  EXPECT_EQ(classify_mount(StepEnd{.step = "write"}), Trouble::none);
}

TEST(MountTrouble, TheNumberDecidesAndOurOwnSymbolsBeforeIt) {
  const auto failed = [](const char* step, int error, const char* symbol = "") {
    return classify_mount(StepEnd{.step = step, .ok = false, .symbol = symbol, .error = error});
  };
  EXPECT_EQ(failed("write", ENOSPC, "ENOSPC"), Trouble::full);
  EXPECT_EQ(failed("close", EDQUOT, "EDQUOT"), Trouble::quota);
  EXPECT_EQ(failed("mkdir", EPERM, "EPERM"), Trouble::denied);
  EXPECT_EQ(failed("read", EIO, "DATA_DIFFERS"), Trouble::differs);
  EXPECT_EQ(failed("list", EIO, "NOT_LISTED"), Trouble::not_renamed);
  EXPECT_EQ(failed("replace", EEXIST, "EEXIST"), Trouble::not_renamed);
  EXPECT_EQ(failed("create", EEXIST, "EEXIST"), Trouble::other);
  EXPECT_EQ(failed("stat", ENOENT, "ENOENT"), Trouble::moved);
  EXPECT_EQ(failed("create", ENOENT, "ENOENT"), Trouble::other);
  EXPECT_EQ(failed("write", EAGAIN, "EAGAIN"), Trouble::other);
}

}  // namespace
}  // namespace sparkwarden::probes::storage
