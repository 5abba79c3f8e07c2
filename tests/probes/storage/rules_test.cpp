// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/rules.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "probes/storage/codes.hpp"
#include "probes/storage/measures.hpp"
#include "probes/storage/wire_child.hpp"

namespace sparkwarden::probes::storage {
namespace {

using io::ChildEnd;
using io::ChildEvent;
using io::ChildFact;
using io::RpcAnswer;
using io::RpcReply;
using io::StepBegin;
using io::StepEnd;

Mount nfs_mount(std::set<std::string, std::less<>> options = {"hard", "local_lock=none"}) {
  return Mount{.mount_point = "/mnt/cp",
               .fstype = "nfs4",
               .source = "nas:/cp",
               .options = std::move(options),
               .nfs = NfsSource{"nas", "/cp"}};
}

Target a_target() {
  return Target{.server = "nas",
                .export_path = "/cp",
                .mount_path = "/mnt/cp",
                .write = true,
                .checkpoint = true,
                .volume = "checkpoints",
                .declared_at = Location{.path = "template.yaml", .line = 3},
                .mount = nfs_mount()};
}

ServerLook a_server(RpcReply reply = {.answer = RpcAnswer::ok}) {
  return ServerLook{.address = "10.10.0.10", .reply = std::move(reply)};
}

void ok(io::Transcript& transcript, const std::string& step) {
  transcript.events.emplace_back(StepBegin{step, "wire"});
  transcript.events.emplace_back(StepEnd{.step = step, .took = microseconds(100)});
}

// A child that got as far as `end`, which failed, and then came to its end.
WireLook failed_at(StepEnd end, std::vector<ChildFact> facts = {}, int version = 3) {
  WireLook look{.end = ChildEnd::exited, .took = milliseconds(20), .version = version};
  for (const char* step : {"mount", "stat", "statvfs"}) {
    if (end.step == step) break;
    ok(look.transcript, step);
  }
  look.transcript.events.emplace_back(StepBegin{end.step, "wire"});
  end.ok = false;
  look.transcript.events.emplace_back(std::move(end));
  for (ChildFact& fact : facts) look.transcript.events.emplace_back(std::move(fact));
  look.transcript.events.emplace_back(io::ChildDone{});
  look.transcript.done = true;
  return look;
}

WireLook healthy(std::string total = "1000000", std::string available = "900000") {
  WireLook look{.end = ChildEnd::exited, .took = milliseconds(20)};
  for (const char* step : {"mount", "stat", "statvfs"}) ok(look.transcript, step);
  look.transcript.events.emplace_back(ChildFact{"space.total", std::move(total)});
  look.transcript.events.emplace_back(ChildFact{"space.available", std::move(available)});
  look.transcript.events.emplace_back(io::ChildDone{});
  look.transcript.done = true;
  return look;
}

// A child that was cut off in `step`.
WireLook cut_off(const std::string& step, ChildEnd end, int status = 0) {
  WireLook look{.end = end, .status = status, .took = milliseconds(3'000)};
  if (step.empty()) return look;
  ok(look.transcript, "mount");
  look.transcript.events.emplace_back(StepBegin{step, "wire"});
  return look;
}

struct Given {
  Role role = Role::driver;
  Settings settings = {};
  TargetLook look = {.target = a_target(), .server = a_server(), .wire = healthy()};

  [[nodiscard]] Observed judged() const {
    return judge_target(look, Judge{.role = role, .settings = &settings, .uid = 185, .gid = 0});
  }
};

// Codes in order, unlooked ones with a question mark.
std::vector<std::string> codes(const Observed& observed) {
  std::vector<std::string> result;
  for (const Finding& finding : observed.findings) result.push_back(finding.code);
  for (const Unlooked& entry : observed.unlooked) result.push_back("?" + entry.code);
  return result;
}

using Codes = std::vector<std::string>;

TEST(StorageRules, AHealthyTargetHasNoFindings) {
  EXPECT_EQ(Given{}.judged(), Observed{});
}

// --- the server ------------------------------------------------------------------------------

struct Server {
  std::string name;
  ServerLook look;
  std::string code;
  std::string message;
};

class Servers : public testing::TestWithParam<Server> {};

TEST_P(Servers, AreJudgedByTheirAnswerAlone) {
  Given given;
  given.look.server = GetParam().look;
  given.look.wire = failed_at({.step = "create", .symbol = "NFS3ERR_ROFS"});  // of an earlier run

  const Observed observed = given.judged();

  ASSERT_EQ(codes(observed), Codes{GetParam().code});
  EXPECT_EQ(observed.findings[0].message, GetParam().message);
  EXPECT_EQ(observed.findings[0].subject, "nas:/cp");
}

INSTANTIATE_TEST_SUITE_P(
    StorageRules,
    Servers,
    testing::Values(
        Server{"dns",
               {.no_address = "Host not found (authoritative)"},
               "nfs.server.dns",
               "the name nas has no address: Host not found (authoritative)"},
        Server{"refused",
               a_server({.answer = RpcAnswer::refused}),
               "nfs.server.refused",
               "10.10.0.10:2049 refuses connections"},
        Server{"no_route",
               a_server({.answer = RpcAnswer::unreachable, .detail = "No route to host"}),
               "nfs.server.unreachable",
               "10.10.0.10:2049 cannot be reached: No route to host"},
        Server{"blackhole",
               a_server({.answer = RpcAnswer::connect_timeout}),
               "nfs.server.unreachable",
               "10.10.0.10:2049 does not answer a connection attempt: the host is down, or a "
               "firewall drops it"},
        Server{"frozen",
               a_server({.answer = RpcAnswer::silent}),
               "nfs.server.silent",
               "10.10.0.10:2049 accepts the connection and does not answer an NFS NULL call"},
        Server{"hangs_up",
               a_server({.answer = RpcAnswer::closed, .detail = "End of file"}),
               "nfs.server.disconnected",
               "10.10.0.10:2049 closes the connection without an answer: End of file"},
        Server{"not_nfs",
               a_server({.answer = RpcAnswer::garbage, .detail = "not a reply"}),
               "nfs.server.protocol",
               "10.10.0.10:2049 answers an NFS NULL call with something else: not a reply"},
        Server{"other_program",
               a_server({.answer = RpcAnswer::program_unavailable}),
               "nfs.server.protocol",
               "10.10.0.10:2049 speaks RPC but has no NFS service"},
        Server{"denied",
               a_server({.answer = RpcAnswer::denied, .detail = "MSG_DENIED: AUTH_ERROR 5"}),
               "nfs.server.protocol",
               "10.10.0.10:2049 rejects an NFS NULL call: MSG_DENIED: AUTH_ERROR 5"},
        Server{"version_2_only",
               {.address = "fd00::1",
                .reply = {.answer = RpcAnswer::version_mismatch, .low = 2, .high = 2}},
               "nfs.server.version",
               "[fd00::1]:2049 does not offer NFS version 3, but 2"}),
    [](const auto& test) { return test.param.name; });

// --- what the child met ----------------------------------------------------------------------

// The NFS service has just answered, the mount daemon has not.
WireLook without_mount_daemon(WireLook look) {
  look.mount_daemon_answers = false;
  return look;
}

struct Met {
  std::string name;
  WireLook look;
  Codes codes;
};

class WhatTheChildMet : public testing::TestWithParam<Met> {};

TEST_P(WhatTheChildMet, HasItsCode) {
  Given given;
  given.look.wire = GetParam().look;

  EXPECT_EQ(codes(given.judged()), GetParam().codes);
}

const ChildFact kLow{"low_port", "yes"};
const ChildFact kHigh{"low_port", "no"};
const ChildFact kListed{"export_listed", "yes"};

INSTANTIATE_TEST_SUITE_P(
    StorageRules,
    WhatTheChildMet,
    testing::Values(
        Met{"not_in_the_list",
            failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"},
                      {{"export_listed", "no"}, {"exports", "/a, /b"}}),
            {"nfs.export.missing"}},
        Met{"no_such_path",
            failed_at({.step = "mount", .symbol = "MNT3ERR_NOENT"}, {kLow}),
            {"nfs.export.missing"}},
        Met{"refused_from_a_low_port",
            failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"}, {kLow, kListed}),
            {"nfs.export.refused"}},
        Met{"read_only",
            failed_at({.step = "create", .symbol = "NFS3ERR_ROFS"}),
            {"nfs.export.read-only"}},
        Met{"stale", failed_at({.step = "stat", .symbol = "NFS3ERR_STALE"}), {"nfs.export.stale"}},
        Met{"squashed",
            failed_at({.step = "mkdir", .symbol = "NFS4ERR_ACCESS"}),
            {"nfs.write.denied"}},
        Met{"full", failed_at({.step = "write", .symbol = "NFS3ERR_NOSPC"}), {"nfs.write.full"}},
        Met{"quota", failed_at({.step = "write", .symbol = "NFS3ERR_DQUOT"}), {"nfs.write.quota"}},
        Met{"differs",
            failed_at({.step = "read", .symbol = "DATA_DIFFERS"}),
            {"nfs.write.corrupt"}},
        Met{"not_exclusive",
            failed_at({.step = "exclusive", .symbol = "NOT_EXCLUSIVE"}),
            {"nfs.write.not-exclusive"}},
        Met{"not_listed",
            failed_at({.step = "list", .symbol = "NOT_LISTED"}),
            {"nfs.write.not-listed"}},
        Met{"server_error",
            failed_at({.step = "write", .symbol = "NFS3ERR_IO"}),
            {"nfs.operation.failed"}},
        Met{"grace",
            failed_at({.step = "create", .symbol = "NFS4ERR_GRACE"}),
            {"nfs.server.grace"}},
        Met{"minor_version",
            failed_at({.step = "mount", .symbol = "NFS4ERR_MINOR_VERS_MISMATCH"}, {}, 4),
            {"nfs.server.version"}},
        Met{"silent_in_a_step",
            failed_at({.step = "write", .symbol = "TIMED_OUT", .text = "command timed out"}),
            {"nfs.server.silent"}},
        Met{"lost",
            failed_at({.step = "stat", .symbol = "CONNECTION_LOST"}),
            {"nfs.server.disconnected"}},
        Met{"garbage",
            failed_at({.step = "mount", .text = "Incoming PDU exceeds limit of 1052672 bytes."}),
            {"nfs.server.protocol"}},
        Met{"no_mount_daemon",
            without_mount_daemon(failed_at({.step = "mount",
                                            .text = "socket error Connection refused(111)."})),
            {"nfs.mountd.unreachable"}},
        Met{"died_at_mount",
            failed_at({.step = "mount", .text = "socket error Connection refused(111)."}),
            {"nfs.server.disconnected"}},
        Met{"v4_lost_at_mount",
            failed_at({.step = "mount", .symbol = "CONNECTION_LOST"}, {}, 4),
            {"nfs.server.disconnected"}},
        Met{"killed_in_a_step", cut_off("write", ChildEnd::deadline), {"nfs.server.silent"}},
        Met{"crashed_in_a_step", cut_off("stat", ChildEnd::signalled, 11), {"nfs.server.protocol"}},
        Met{"flooded", cut_off("stat", ChildEnd::flooded), {"nfs.server.protocol"}},
        Met{"never_began", cut_off("", ChildEnd::exited, 2), {"?storage.child.failed"}},
        Met{"no_time_to_begin", cut_off("", ChildEnd::deadline, 9), {"?storage.child.failed"}},
        Met{"not_started", cut_off("", ChildEnd::not_started), {"?storage.child.failed"}},
        Met{"stuck", cut_off("", ChildEnd::busy), {"?storage.child.stuck"}},
        Met{"umount_is_a_courtesy", failed_at({.step = "umount", .symbol = "TIMED_OUT"}), {}},
        Met{"nearly_full", healthy("1000000", "50000"), {"storage.space.low"}},
        Met{"next_to_nothing", healthy("1000000", "10000"), {"storage.space.exhausted"}},
        Met{"no_sizes_told", healthy("0", "0"), {}},
        Met{"sizes_that_are_no_numbers", healthy("much", "none"), {}}),
    [](const auto& test) { return test.param.name; });

TEST(StorageRules, AMountThatWaitsForTheMountDaemonIsNotTheServersSilence) {
  WireLook killed{.end = ChildEnd::deadline, .took = milliseconds(3'000)};
  killed.transcript.events.emplace_back(StepBegin{"mount", "wire"});
  for (const WireLook& look : {failed_at({.step = "mount", .symbol = "TIMED_OUT"}), killed}) {
    Given given;
    given.look.wire = look;
    EXPECT_EQ(codes(given.judged()), Codes{"nfs.server.silent"});
    EXPECT_TRUE(server_silent(given.look));
    given.look.wire = without_mount_daemon(look);
    EXPECT_EQ(codes(given.judged()), Codes{"nfs.mountd.unreachable"});
    EXPECT_FALSE(server_silent(given.look));
  }
}

TEST(StorageRules, BehindTheMountItIsTheServersSilenceWhateverTheMountDaemonDoes) {
  Given given;
  given.look.wire = without_mount_daemon(failed_at({.step = "write", .symbol = "TIMED_OUT"}));
  EXPECT_EQ(codes(given.judged()), Codes{"nfs.server.silent"});
  given.look.wire =
      without_mount_daemon(failed_at({.step = "mount", .symbol = "TIMED_OUT"}, {}, 4));
  EXPECT_EQ(codes(given.judged()), Codes{"nfs.server.silent"});
}

TEST(StorageRules, ASilentServerIsNamedWithItsStep) {
  Given given;
  given.look.wire = cut_off("write", ChildEnd::deadline);

  EXPECT_EQ(given.judged().findings.at(0).message,
            "no end in step write within 3000 ms (version 3)");
}

TEST(StorageRules, AChildThatHadNoTimeToBeginSaysNothingOfTheServer) {
  Given given;
  given.look.wire = cut_off("", ChildEnd::deadline, 9);

  EXPECT_EQ(given.judged().unlooked.at(0).message,
            "it ended before its first step, killed at its deadline, 3000 ms after it was started: "
            "too little CPU for this container?");
}

TEST(StorageRules, ADenialNamesUserDirectoryModeAndOwner) {
  Given given;
  given.look.wire =
      failed_at({.step = "mkdir", .symbol = "NFS3ERR_ACCES", .text = "Mkdir failed"},
                {{"denied.path", "/"}, {"denied.owner", "0:0"}, {"denied.mode", "0755"}});

  EXPECT_EQ(
      given.judged().findings.at(0).message,
      "step mkdir as 185:0 is denied: NFS3ERR_ACCES (Mkdir failed); directory / has mode 0755, "
      "owner 0:0");
}

TEST(StorageRules, OwnersOverVersion4AreNotBelieved) {
  Given given;
  given.look.wire =
      failed_at({.step = "mkdir", .symbol = "NFS4ERR_ACCESS"},
                {{"denied.path", "/"}, {"denied.owner", "65534:65534"}, {"denied.mode", "0755"}},
                4);

  EXPECT_EQ(given.judged().findings.at(0).message,
            "step mkdir as 185:0 is denied: NFS4ERR_ACCESS; directory / has mode 0755");
}

TEST(StorageRules, AMissingExportListsWhatThereIs) {
  Given given;
  given.look.wire = failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"},
                              {{"export_listed", "no"}, {"exports", "/a, /b"}});

  EXPECT_EQ(given.judged().findings.at(0).message, "the server exports /a, /b, but not this path");
}

TEST(StorageRules, ReadersAreNotToldAboutSpace) {
  Given given;
  given.look.wire = healthy("1000000", "10");
  given.look.target.checkpoint = false;

  EXPECT_EQ(codes(given.judged()), Codes{});
}

TEST(StorageRules, AFullFileSystemIsToldOnce) {
  Given given;
  given.look.wire = failed_at({.step = "write", .symbol = "NFS3ERR_NOSPC"},
                              {{"space.total", "1000"}, {"space.available", "0"}});

  EXPECT_EQ(codes(given.judged()), Codes{"nfs.write.full"});
}

// --- not permitted ---------------------------------------------------------------------------

struct Permit {
  std::string name;
  WireLook look;
  bool mounted;
  Use wire;
  Codes codes;
};

class Permits : public testing::TestWithParam<Permit> {};

TEST_P(Permits, AreNeverBlamedOnTheStorageUnlessRequired) {
  Given given;
  given.settings.wire = GetParam().wire;
  given.settings.mount = GetParam().mounted ? Use::automatic : Use::off;
  if (!GetParam().mounted) given.look.target.mount.reset();
  given.look.wire = GetParam().look;

  EXPECT_EQ(codes(given.judged()), GetParam().codes);
}

const WireLook kRejected =
    failed_at({.step = "mount", .text = "RPC Packet not accepted by the server"}, {kHigh});
const WireLook kRefusedFromHighPort =
    failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"}, {kHigh, kListed});
const WireLook kRefusedWithoutList =
    failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"}, {kHigh});
const WireLook kHidden = failed_at({.step = "mount", .symbol = "NFS4ERR_NOENT"}, {kHigh}, 4);

INSTANTIATE_TEST_SUITE_P(
    StorageRules,
    Permits,
    testing::Values(
        Permit{"rejected_with_mount",
               kRejected,
               true,
               Use::automatic,
               {"nfs.export.wire-not-permitted"}},
        Permit{
            "rejected_alone", kRejected, false, Use::automatic, {"?nfs.export.wire-not-permitted"}},
        Permit{"rejected_and_required",
               kRejected,
               true,
               Use::require,
               {"nfs.export.wire-not-permitted"}},
        Permit{"high_port_with_mount",
               kRefusedFromHighPort,
               true,
               Use::automatic,
               {"nfs.export.wire-not-permitted"}},
        Permit{"high_port_alone",
               kRefusedFromHighPort,
               false,
               Use::automatic,
               {"?nfs.export.wire-not-permitted"}},
        Permit{"high_port_required",
               kRefusedFromHighPort,
               false,
               Use::require,
               {"nfs.export.refused"}},
        Permit{"no_list_alone", kRefusedWithoutList, false, Use::automatic, {"nfs.export.refused"}},
        Permit{
            "hidden_with_mount", kHidden, true, Use::automatic, {"?nfs.export.wire-not-permitted"}},
        Permit{"hidden_alone", kHidden, false, Use::automatic, {"nfs.export.missing"}}),
    [](const auto& test) { return test.param.name; });

TEST(StorageRules, NotPermittedIsAnErrorOnlyWhereTheWireIsRequired) {
  Given given;
  given.look.wire = kRejected;
  EXPECT_EQ(given.judged().findings.at(0).severity, Severity::info);

  given.settings.wire = Use::require;
  EXPECT_EQ(given.judged().findings.at(0).severity, Severity::error);
}

// --- the mount -------------------------------------------------------------------------------

struct Mounted {
  std::string name;
  std::optional<Mount> mount;
  Use use;
  Codes codes;
};

class Mounts : public testing::TestWithParam<Mounted> {};

TEST_P(Mounts, AreJudgedByTheirLine) {
  Given given;
  given.settings.mount = GetParam().use;
  given.look.target.mount = GetParam().mount;

  EXPECT_EQ(codes(given.judged()), GetParam().codes);
}

Mount read_only() {
  Mount mount = nfs_mount();
  mount.read_only = true;
  return mount;
}

const Mount kTmpfs{.mount_point = "/mnt/cp", .fstype = "tmpfs", .source = "tmpfs"};

INSTANTIATE_TEST_SUITE_P(
    StorageRules,
    Mounts,
    testing::Values(
        Mounted{"absent", std::nullopt, Use::automatic, {"mount.checkpoint.absent"}},
        Mounted{"absent_and_required", std::nullopt, Use::require, {"mount.checkpoint.not-nfs"}},
        Mounted{"absent_and_off", std::nullopt, Use::off, {}},
        Mounted{"a_local_disk", kTmpfs, Use::automatic, {"mount.checkpoint.not-nfs"}},
        Mounted{"a_local_disk_and_off", kTmpfs, Use::off, {}},
        Mounted{"hard", nfs_mount(), Use::require, {}},
        Mounted{"read_only", read_only(), Use::automatic, {"mount.checkpoint.read-only"}},
        Mounted{"soft", nfs_mount({"soft"}), Use::automatic, {"mount.checkpoint.soft"}},
        Mounted{"softerr", nfs_mount({"softerr"}), Use::automatic, {"mount.checkpoint.soft"}},
        Mounted{"softreval_is_not_soft", nfs_mount({"hard", "softreval"}), Use::automatic, {}},
        Mounted{
            "nolock", nfs_mount({"hard", "nolock"}), Use::automatic, {"mount.checkpoint.nolock"}},
        Mounted{"local_lock",
                nfs_mount({"hard", "local_lock=all"}),
                Use::automatic,
                {"mount.checkpoint.nolock"}}),
    [](const auto& test) { return test.param.name; });

TEST(StorageRules, OnlyTheCheckpointsMountIsJudged) {
  Given given;
  given.look.target.checkpoint = false;
  given.look.target.mount.reset();

  EXPECT_EQ(codes(given.judged()), Codes{});
}

// --- ways to look ----------------------------------------------------------------------------

TEST(StorageRules, WithoutAWireLookTheExportIsUnproven) {
  Given given;
  given.look.wire.reset();

  EXPECT_EQ(codes(given.judged()), Codes{"?storage.proof.late"});
}

TEST(StorageRules, WithoutAServerLookThereWasNoTime) {
  Given given;
  given.look.server.reset();
  given.look.wire.reset();

  EXPECT_EQ(codes(given.judged()), Codes{"?storage.proof.late"});
}

TEST(StorageRules, ALookHoldsUnlessItWasCutOffOrMetAGrace) {
  EXPECT_TRUE(holds(healthy()));
  EXPECT_TRUE(holds(failed_at({.step = "create", .symbol = "NFS3ERR_ROFS"})));
  EXPECT_FALSE(holds(failed_at({.step = "create", .symbol = "NFS4ERR_GRACE"})));
  EXPECT_FALSE(holds(cut_off("write", ChildEnd::deadline)));
}

TEST(StorageRules, FilesAreLeftWhenTheirRemovalWasNotReached) {
  EXPECT_FALSE(left_files(healthy()));
  EXPECT_FALSE(left_files(failed_at({.step = "mkdir", .symbol = "NFS3ERR_ROFS"})));
  EXPECT_TRUE(left_files(failed_at({.step = "create", .symbol = "TIMED_OUT"})));
  EXPECT_TRUE(left_files(cut_off("create", ChildEnd::deadline)));
}

TEST(StorageRules, WithTheWireOffNothingProvesTheExport) {
  Given given;
  given.settings.wire = Use::off;
  given.look.server.reset();
  given.look.wire.reset();

  EXPECT_EQ(codes(given.judged()), Codes{"?storage.proof.none"});
}

TEST(StorageRules, RolesThatStartPodsHearTheKubeletsWords) {
  Given given;
  given.look.server = a_server({.answer = RpcAnswer::refused});
  const Finding driver = given.judged().findings.at(0);
  given.role = Role::executor;
  const Finding executor = given.judged().findings.at(0);

  EXPECT_TRUE(driver.effect.starts_with(
      "new pods stay in ContainerCreating: MountVolume.SetUp failed for volume \"checkpoints\": "
      "mount.nfs: Connection refused; "))
      << driver.effect;
  EXPECT_EQ(executor.effect, codes::kRefused.effect);
  EXPECT_EQ(driver.location, (Location{.path = "template.yaml", .line = 3}));
}

TEST(StorageRules, Version4IsWorthTryingOnlyWhenTheMountDaemonIsTheTrouble) {
  EXPECT_TRUE(worth_trying_version_4(failed_at({.step = "mount", .symbol = "TIMED_OUT"})));
  EXPECT_TRUE(
      worth_trying_version_4(failed_at({.step = "mount", .text = "Connection refused(111)"})));
  EXPECT_FALSE(worth_trying_version_4(failed_at({.step = "mount", .symbol = "MNT3ERR_ACCES"})));
  EXPECT_FALSE(worth_trying_version_4(failed_at({.step = "stat", .symbol = "TIMED_OUT"})));
  EXPECT_FALSE(worth_trying_version_4(failed_at({.step = "mount", .symbol = "TIMED_OUT"}, {}, 4)));
  EXPECT_FALSE(worth_trying_version_4(healthy()));
  EXPECT_FALSE(worth_trying_version_4(cut_off("", ChildEnd::not_started)));
}

// --- steps and numbers -----------------------------------------------------------------------

TEST(StorageSteps, ACutOffStepHasTheRestOfTheChildsLife) {
  const std::vector<Step> steps = steps_of(cut_off("write", ChildEnd::deadline));

  EXPECT_EQ(steps,
            (std::vector<Step>{{"mount", "wire", microseconds(100), "ok", ""},
                               {"write", "wire", microseconds(2'999'900), "unfinished", ""}}));
}

TEST(StorageSteps, GoodOnesAreTimedAndBadOnesCounted) {
  const std::vector<Step> steps{{"mount", "wire", microseconds(2'000), "ok", ""},
                                {"create", "wire", microseconds(300), "error", "NFS3ERR_ROFS"}};

  EXPECT_EQ(
      measurements_of(steps),
      (std::vector<Measurement>{
          {.spec = &measures::kOperationDuration, .labels = {"mount", "wire"}, .value = 0.002},
          {.spec = &measures::kOperationFailures, .labels = {"create", "wire"}, .value = 1}}));
}

TEST(StorageSteps, UnknownNamesMakeNoTimeSeries) {
  const std::vector<Step> steps{{"rm -rf", "wire", microseconds(1), "ok", ""},
                                {"mount", "elsewhere", microseconds(1), "ok", ""},
                                {"mount", "loop", microseconds(1), "error", ""}};

  EXPECT_EQ(measurements_of(steps), std::vector<Measurement>{});
}

TEST(StorageSteps, EveryKnownNameIsMeasured) {
  std::vector<Step> steps;
  for (const std::string_view name : kWireSteps) {
    steps.push_back({.name = std::string(name), .via = "wire", .status = "ok"});
  }

  EXPECT_EQ(measurements_of(steps).size(), kWireSteps.size());
}

// --- the table -------------------------------------------------------------------------------

TEST(StorageCodes, AreUniqueInTheirAreasAndCompleteWhereTheyAreFindings) {
  std::set<std::string_view> seen;
  for (const Code& row : codes::kCodes) {
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_TRUE(row.code.starts_with("nfs.") || row.code.starts_with("mount.") ||
                row.code.starts_with("storage."))
        << row.code;
    EXPECT_EQ(std::count(row.code.begin(), row.code.end(), '.'), 2) << row.code;
    EXPECT_NE(row.meaning, "") << row.code;
    EXPECT_EQ(row.severity.has_value(), !row.effect.empty()) << row.code;
    EXPECT_EQ(row.severity.has_value(), !row.fix.empty()) << row.code;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::storage
