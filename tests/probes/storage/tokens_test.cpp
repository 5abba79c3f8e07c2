// SPDX-License-Identifier: Apache-2.0
#include "probes/storage/tokens.hpp"

#include <string>

#include <gtest/gtest.h>

#include "agent/core/manifest.hpp"

namespace sparkwarden::probes::storage {
namespace {

using std::chrono::seconds;

constexpr Instant kNow{seconds(1'000)};

settings::World a_world(Role role = Role::driver, bool serves = true, std::string uid = "1f0c-a") {
  settings::World world;
  world.role = role;
  world.identity.uid = std::move(uid);
  world.serves = serves;
  return world;
}

io::Transcript wrote(bool well = true, const std::string& closed_us = "") {
  io::Transcript transcript;
  transcript.events.emplace_back(io::StepBegin{"announce", "wire"});
  transcript.events.emplace_back(io::StepEnd{.step = "announce", .ok = well});
  if (!closed_us.empty()) {
    transcript.events.emplace_back(io::ChildFact{"token.closed_us", closed_us});
  }
  return transcript;
}

TEST(Announcer, AsksForANewNameAndContentEachTime) {
  const Announcer announcer(a_world());

  const TokenRequest first = announcer.next("nas:/cp", kNow);
  const TokenRequest second = announcer.next("nas:/cp", kNow);

  EXPECT_TRUE(is_token_name(first.write)) << first.write;
  EXPECT_TRUE(is_sensible(first));
  EXPECT_NE(first.write, second.write);
  EXPECT_NE(first.content, second.content);
}

TEST(Announcer, WritesOnlyWhereSomebodyIsTold) {
  for (const Role role : {Role::driver, Role::interpreter, Role::connect_server}) {
    EXPECT_NE(Announcer(a_world(role)).next("nas:/cp", kNow), TokenRequest{});
  }
  EXPECT_EQ(Announcer(a_world(Role::executor)).next("nas:/cp", kNow), TokenRequest{});
  EXPECT_EQ(Announcer(a_world(Role::zeppelin_server)).next("nas:/cp", kNow), TokenRequest{});
  EXPECT_EQ(Announcer(a_world(Role::driver, false)).next("nas:/cp", kNow), TokenRequest{})
      << "a check by hand must not remove what the sidecar announced";
  EXPECT_EQ(Announcer(a_world(Role::driver, true, "no/uid")).next("nas:/cp", kNow), TokenRequest{});
}

TEST(Announcer, TellsWhatAChildWroteAndWhen) {
  Announcer announcer(a_world());
  const TokenRequest asked = announcer.next("nas:/cp", kNow);

  const auto own =
      announcer.written("nas:/cp", asked, wrote(true, "1000250000"), kNow, kNow + seconds(1));

  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(own->token.path, ".sparkwarden/1f0c-a/" + asked.write);
  EXPECT_EQ(own->token.sha256, sha256_hex(asked.content));
  EXPECT_EQ(own->closed, kNow + milliseconds(250));
}

TEST(Announcer, WithoutATimeItIsAsOldAsItCanBe) {
  Announcer announcer(a_world());
  const TokenRequest asked = announcer.next("nas:/cp", kNow);

  EXPECT_EQ(announcer.written("nas:/cp", asked, wrote(), kNow, kNow + seconds(1))->closed, kNow);
}

TEST(Announcer, WhatWasNotWrittenIsNotAnnounced) {
  Announcer announcer(a_world());
  const TokenRequest asked = announcer.next("nas:/cp", kNow);

  EXPECT_FALSE(announcer.written("nas:/cp", asked, wrote(false), kNow, kNow));
  EXPECT_FALSE(announcer.written("nas:/cp", asked, {}, kNow, kNow));
  EXPECT_FALSE(announcer.written("nas:/cp", {}, wrote(), kNow, kNow));
}

TEST(Announcer, KeepsATokenLongEnoughForThoseWhoHeardOfIt) {
  Announcer announcer(a_world());
  const TokenRequest asked = announcer.next("nas:/cp", kNow);
  ASSERT_TRUE(announcer.written("nas:/cp", asked, wrote(), kNow, kNow));

  EXPECT_EQ(announcer.next("nas:/cp", kNow + kTokenLife - milliseconds(1)), TokenRequest{});
  const TokenRequest next = announcer.next("nas:/cp", kNow + kTokenLife);
  EXPECT_EQ(next.keep, asked.write);
  EXPECT_NE(next.write, "");
  EXPECT_EQ(announcer.next("nas:/other", kNow).keep, "") << "another export has none yet";
  EXPECT_NE(announcer.next("nas:/other", kNow).write, "");
}

HeardToken heard(char digit, Instant received = kNow) {
  return {.said = {.token = {.path = ".sparkwarden/u/t-" + std::string(16, digit), .sha256 = ""}},
          .received = received};
}

TEST(Witness, LooksUntilATokenIsProven) {
  Witness witness;
  EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow));

  witness.saw("nas:/cp", heard('0').said.token, Way::wire, TokenSeen::not_looked);
  EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow));
  witness.saw("nas:/cp", heard('0').said.token, Way::wire, TokenSeen::right);

  EXPECT_FALSE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow));
  EXPECT_FALSE(witness.wants("nas:/cp", heard('1'), Way::wire, false, kNow)) << "proven is proven";
  EXPECT_TRUE(witness.wants("nas:/cp", heard('1'), Way::wire, true, kNow));
  EXPECT_TRUE(witness.wants("nas:/other", heard('1'), Way::wire, false, kNow));
}

TEST(Witness, WhatWasProvenOfOneDriverIsNotProvenOfTheNext) {
  Witness witness;
  HeardToken next = heard('1');
  next.said.token.path = ".sparkwarden/another/t-" + std::string(16, '1');
  witness.saw("nas:/cp", heard('0').said.token, Way::wire, TokenSeen::right);
  witness.saw("nas:/mounted", heard('0').said.token, Way::mount, TokenSeen::right);

  EXPECT_TRUE(witness.wants("nas:/cp", next, Way::wire, false, kNow));
  EXPECT_TRUE(witness.wants("nas:/mounted", next, Way::mount, false, kNow));

  witness.saw("nas:/cp", next.said.token, Way::wire, TokenSeen::right);
  EXPECT_FALSE(witness.wants("nas:/cp", next, Way::wire, false, kNow));
}

TEST(Witness, LooksOneNameUpOnceUnlessTheRunIsFull) {
  for (const TokenSeen vain : {TokenSeen::missing, TokenSeen::wrong, TokenSeen::denied}) {
    Witness witness;
    witness.saw("nas:/cp", heard('0').said.token, Way::wire, vain);

    EXPECT_FALSE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow));
    EXPECT_TRUE(witness.wants("nas:/cp", heard('1'), Way::wire, false, kNow));
    EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::wire, true, kNow));
  }
}

TEST(Witness, LooksOneNameUpThroughAMountButOnce) {
  for (const TokenSeen seen : {TokenSeen::missing, TokenSeen::wrong, TokenSeen::denied}) {
    Witness witness;
    EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::mount, false, kNow));
    witness.saw("nas:/cp", heard('0').said.token, Way::mount, seen);

    EXPECT_FALSE(witness.wants("nas:/cp", heard('0'), Way::mount, true, kNow));
    EXPECT_TRUE(witness.wants("nas:/cp", heard('1'), Way::mount, false, kNow));
    EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow)) << "to explain it";
    witness.saw("nas:/cp", heard('0').said.token, Way::wire, TokenSeen::right);
    EXPECT_FALSE(witness.wants("nas:/cp", heard('0'), Way::wire, false, kNow));
    EXPECT_EQ(
        witness.known("nas:/cp", "u", std::nullopt, kNow),
        (SharedLook{.token = heard('0').said.token, .mount = seen, .wire = TokenSeen::right}));
  }
}

TEST(Witness, DoubtsAMountThatDoesNotShowTheToken) {
  for (const TokenSeen seen :
       {TokenSeen::right, TokenSeen::missing, TokenSeen::wrong, TokenSeen::denied}) {
    Witness witness;
    EXPECT_FALSE(witness.doubts_mount("nas:/cp", heard('0').said.token, true));
    witness.saw("nas:/cp", heard('0').said.token, Way::mount, seen);

    const bool vain = seen == TokenSeen::missing || seen == TokenSeen::wrong;
    EXPECT_EQ(witness.doubts_mount("nas:/cp", heard('0').said.token, true), vain);
    EXPECT_EQ(witness.doubts_mount("nas:/cp", heard('0').said.token, false),
              vain || seen == TokenSeen::denied);
    EXPECT_FALSE(witness.doubts_mount("nas:/cp", heard('1').said.token, true)) << "not looked at";
  }
}

TEST(Witness, WhatAMountShowsNeedsNoWire) {
  Witness witness;
  witness.saw("nas:/cp", heard('0').said.token, Way::mount, TokenSeen::right);

  EXPECT_FALSE(witness.wants("nas:/cp", heard('1'), Way::wire, false, kNow));
  EXPECT_FALSE(witness.wants("nas:/cp", heard('1'), Way::mount, false, kNow));
  EXPECT_TRUE(witness.wants("nas:/cp", heard('1'), Way::mount, true, kNow));
}

TEST(Witness, AnOldAnnouncementMayBeOfAFileThatIsGone) {
  const Witness witness;

  EXPECT_TRUE(witness.wants("nas:/cp", heard('0'), Way::wire, true, kNow + kAnnouncementLife));
  EXPECT_FALSE(witness.wants(
      "nas:/cp", heard('0'), Way::wire, true, kNow + kAnnouncementLife + milliseconds(1)));
}

TEST(Witness, SaysWhatIsKnown) {
  Witness witness;
  EXPECT_EQ(witness.known("nas:/cp", "u", std::nullopt, kNow), SharedLook{});
  EXPECT_EQ(witness.known("nas:/cp", "u", heard('0'), kNow), SharedLook{.announced = true});
  EXPECT_EQ(witness.known("nas:/cp", "u", heard('0'), kNow + seconds(91)), SharedLook{});

  witness.saw("nas:/cp", heard('0').said.token, Way::wire, TokenSeen::missing);

  EXPECT_EQ(witness.known("nas:/cp", "u", std::nullopt, kNow),
            (SharedLook{.token = heard('0').said.token, .wire = TokenSeen::missing}));
  EXPECT_EQ(witness.known("nas:/cp", "another", std::nullopt, kNow), SharedLook{})
      << "it was another pod's storage";
}

}  // namespace
}  // namespace sparkwarden::probes::storage
