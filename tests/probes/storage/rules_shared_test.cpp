// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/rules_shared.hpp"

#include <cerrno>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "probes/storage/token_request.hpp"

namespace sparkwarden::probes::storage {
namespace {

using std::chrono::seconds;

const StorageToken kToken{.path = ".sparkwarden/driver-uid/t-0123456789abcdef",
                          .sha256 = std::string(64, '0')};

Target a_target() {
  return {.server = "nas", .export_path = "/cp", .mount_path = "/mnt/cp", .checkpoint = true};
}

// --- what a child says -------------------------------------------------------------------------

io::Transcript said(io::StepEnd end, std::string digest = "") {
  io::Transcript transcript;
  transcript.events.emplace_back(io::StepBegin{"mount", "wire"});
  transcript.events.emplace_back(io::StepEnd{.step = "mount"});
  transcript.events.emplace_back(io::StepBegin{end.step, "wire"});
  transcript.events.emplace_back(std::move(end));
  if (!digest.empty()) {
    transcript.events.emplace_back(io::ChildFact{std::string(kDigestFact), std::move(digest)});
  }
  return transcript;
}

io::StepEnd failed(std::string symbol, int error = 0) {
  return {.step = "token", .ok = false, .symbol = std::move(symbol), .error = error};
}

struct Seen {
  std::string name;
  io::Transcript transcript;
  TokenSeen seen;
};

class TokensSeen : public testing::TestWithParam<Seen> {};

TEST_P(TokensSeen, AreToldByTheStepAndItsDigest) {
  EXPECT_EQ(token_seen(GetParam().transcript, kToken), GetParam().seen);
}

INSTANTIATE_TEST_SUITE_P(
    StorageShared,
    TokensSeen,
    testing::Values(Seen{"right", said({.step = "token"}, kToken.sha256), TokenSeen::right},
                    Seen{"wrong", said({.step = "token"}, std::string(64, '1')), TokenSeen::wrong},
                    Seen{"died_before_the_digest", said({.step = "token"}), TokenSeen::not_looked},
                    Seen{"not_asked", said({.step = "stat"}, kToken.sha256), TokenSeen::not_looked},
                    Seen{"v3_missing", said(failed("NFS3ERR_NOENT", ENOENT)), TokenSeen::missing},
                    Seen{"v4_missing", said(failed("NFS4ERR_NOENT", ENOENT)), TokenSeen::missing},
                    Seen{"a_file_in_between", said(failed("NFS3ERR_NOTDIR")), TokenSeen::missing},
                    Seen{"a_directory", said(failed("NO_FILE", EINVAL)), TokenSeen::missing},
                    Seen{"a_link", said(failed("", ELOOP)), TokenSeen::missing},
                    Seen{"through_a_mount", said(failed("ENOENT", ENOENT)), TokenSeen::missing},
                    Seen{"mount_link", said(failed("ELOOP", ELOOP)), TokenSeen::missing},
                    Seen{"mount_way", said(failed("ENOTDIR", ENOTDIR)), TokenSeen::missing},
                    Seen{"mount_stale", said(failed("ESTALE", ESTALE)), TokenSeen::missing},
                    Seen{"mount_denied", said(failed("EACCES", EACCES)), TokenSeen::denied},
                    Seen{"mount_not_permitted", said(failed("EPERM", EPERM)), TokenSeen::denied},
                    Seen{"mount_broken", said(failed("EIO", EIO)), TokenSeen::not_looked},
                    Seen{"denied", said(failed("NFS3ERR_ACCES", EACCES)), TokenSeen::denied},
                    Seen{"denied_by_the_kernel", said(failed("", EACCES)), TokenSeen::denied},
                    Seen{"broken", said(failed("NFS3ERR_IO", EIO)), TokenSeen::not_looked},
                    Seen{"silent", said(failed("TIMED_OUT", ETIMEDOUT)), TokenSeen::not_looked}),
    [](const auto& row) { return row.param.name; });

// --- the judgement -----------------------------------------------------------------------------

struct Row {
  std::string name;
  SharedLook look;
  std::string code;  // with a question mark: unlooked; empty: nothing to say
  std::string message = {};
};

class SharedRules : public testing::TestWithParam<Row> {};

TEST_P(SharedRules, LetTheMountDecideAndTheWireExplain) {
  const Settings settings;
  Observed out;

  judge_shared(GetParam().look,
               a_target(),
               {.role = Role::executor, .settings = &settings, .uid = 185, .gid = 0},
               out);

  std::string codes;
  std::string message;
  for (const Finding& finding : out.findings) {
    codes += finding.code;
    message = finding.message;
    EXPECT_EQ(finding.subject, "nas:/cp");
  }
  for (const Unlooked& one : out.unlooked) {
    codes += "?" + one.code;
    message = one.message;
    EXPECT_EQ(one.subject, "nas:/cp");
  }
  EXPECT_EQ(codes, GetParam().code);
  if (!GetParam().message.empty()) {
    EXPECT_EQ(message, GetParam().message);
  }
}

SharedLook look(TokenSeen mount, TokenSeen wire) {
  return {.token = kToken, .mount = mount, .wire = wire};
}

constexpr TokenSeen kNone = TokenSeen::not_looked;
constexpr TokenSeen kRight = TokenSeen::right;
constexpr TokenSeen kMissing = TokenSeen::missing;
constexpr TokenSeen kWrong = TokenSeen::wrong;
constexpr TokenSeen kDenied = TokenSeen::denied;

INSTANTIATE_TEST_SUITE_P(
    StorageShared,
    SharedRules,
    testing::Values(
        Row{"wire_right", look(kNone, kRight), ""},
        Row{"wire_missing",
            look(kNone, kMissing),
            "storage.shared.not-visible",
            "the driver's " + kToken.path + " is not there"},
        Row{"wire_wrong",
            look(kNone, kWrong),
            "storage.shared.not-visible",
            "the driver's " + kToken.path + " has other content"},
        Row{"wire_denied",
            look(kNone, kDenied),
            "?storage.shared.denied",
            "reading " + kToken.path + " as 185:0 is denied"},
        Row{"mount_right", look(kRight, kNone), ""},
        Row{"mount_right_whatever_the_wire_says", look(kRight, kMissing), ""},
        Row{"stale",
            look(kMissing, kRight),
            "storage.shared.stale-view",
            "through the mount " + kToken.path +
                " is not there; over the wire it is as the driver wrote it"},
        Row{"stale_content", look(kWrong, kRight), "storage.shared.stale-view"},
        Row{"elsewhere", look(kMissing, kMissing), "storage.shared.not-visible"},
        Row{"elsewhere_and_no_wire", look(kMissing, kNone), "storage.shared.not-visible"},
        Row{"elsewhere_and_the_wire_denied", look(kMissing, kDenied), "storage.shared.not-visible"},
        Row{"mount_denied", look(kDenied, kRight), "?storage.shared.denied"},
        Row{"unannounced", {}, "?storage.shared.unannounced"},
        Row{"late", {.announced = true}, "?storage.proof.late"}),
    [](const auto& row) { return row.param.name; });

TEST(SharedRules, WhatAnotherUserIsDeniedThroughTheMountIsNoEvidence) {
  const Settings settings;
  const Judge judge{.role = Role::executor, .settings = &settings, .as_itself = false};
  Observed proven;
  Observed apart;
  Observed unknown;

  judge_shared(look(kDenied, kRight), a_target(), judge, proven);
  judge_shared(look(kDenied, kMissing), a_target(), judge, apart);
  judge_shared(look(kDenied, kNone), a_target(), judge, unknown);

  EXPECT_TRUE(proven.findings.empty() && proven.unlooked.empty());
  ASSERT_EQ(apart.findings.size(), 1U);
  EXPECT_EQ(apart.findings[0].code, "storage.shared.not-visible");
  ASSERT_EQ(unknown.unlooked.size(), 1U);
  EXPECT_EQ(unknown.unlooked[0].code, "storage.shared.denied");
}

TEST(SharedRules, AStaleViewIsAWarningAndAnotherStorageAnError) {
  const Settings settings;
  const Judge judge{.role = Role::executor, .settings = &settings};
  Observed out;

  judge_shared(look(kMissing, kRight), a_target(), judge, out);
  judge_shared(look(kMissing, kMissing), a_target(), judge, out);

  EXPECT_EQ(out.findings.at(0).severity, Severity::warning);
  EXPECT_EQ(out.findings.at(1).severity, Severity::error);
}

// --- where the token lies ----------------------------------------------------------------------

struct Place {
  std::string name;
  std::string server;
  std::string export_path;  // of the driver
  std::string looked_at;    // by an executor with nas:/volume1/cp
};

class Places : public testing::TestWithParam<Place> {};

TEST_P(Places, AreTheExecutorsOwnUnlessOneIsBelowTheOther) {
  Target own = a_target();
  own.export_path = "/volume1/cp";

  const Target place = token_place(own, {GetParam().server, GetParam().export_path, "/mnt/cp", ""});

  EXPECT_EQ(place.name(), GetParam().looked_at);
}

INSTANTIATE_TEST_SUITE_P(
    StorageShared,
    Places,
    testing::Values(Place{"same", "nas", "/volume1/cp", "nas:/volume1/cp"},
                    Place{"other_name", "10.10.0.10", "/volume1/cp", "nas:/volume1/cp"},
                    Place{"other_export", "nas", "/volume2/cp", "nas:/volume1/cp"},
                    Place{"sub_path", "nas", "/volume1", "nas:/volume1"},
                    Place{"root", "NAS", "/", "nas:/"},
                    Place{"above", "nas", "/volume1/cp/app", "nas:/volume1/cp/app"},
                    Place{"like_a_prefix", "nas", "/volume1/c", "nas:/volume1/cp"},
                    Place{"below_elsewhere", "other", "/volume1", "nas:/volume1/cp"}),
    [](const auto& row) { return row.param.name; });

// --- the delay ---------------------------------------------------------------------------------

TEST(VisibilityDelay, IsAgeAndRoundTripAndTheTimeUntilItWasSeen) {
  const Instant received{seconds(100)};
  const HeardToken heard{
      .said = {.age = milliseconds(1'000)}, .received = received, .round_trip = milliseconds(20)};

  EXPECT_EQ(visibility_delay(heard, received + milliseconds(30), received + milliseconds(80)), 1.1);
}

TEST(VisibilityDelay, OfAnOldTokenTellsNothing) {
  const Instant received{seconds(100)};
  const HeardToken heard{.said = {.age = milliseconds(4'000)}, .received = received};

  EXPECT_TRUE(visibility_delay(heard, received + milliseconds(999), received + seconds(9)));
  EXPECT_FALSE(visibility_delay(heard, received + seconds(1), received + seconds(1)));
}

TEST(ToldTime, IsBelievedOnlyWhereItCanBe) {
  const Instant first{seconds(100)};
  const Instant last{seconds(101)};
  const auto told = [&](std::string value) {
    io::Transcript transcript;
    transcript.events.emplace_back(io::ChildFact{"token.read_us", std::move(value)});
    return told_time(transcript, "token.read_us", first, last);
  };

  EXPECT_EQ(told("100500000"), Instant(milliseconds(100'500)));
  EXPECT_EQ(told_time({}, "token.read_us", first, last), last);
  for (const std::string value : {"", "99999999", "101000001", "x", "1e9", "9223372036854775807"}) {
    EXPECT_EQ(told(value), last) << value;
  }
}

}  // namespace
}  // namespace sparkwarden::probes::storage
