// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/manifest_answer.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::commands {
namespace {

struct MatchCase {
  std::string name;
  std::string header;
  bool matches;
};

class IfNoneMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(IfNoneMatch, IsAListOfTags) {
  EXPECT_EQ(matches(GetParam().header, "\"abc\""), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(Headers,
                         IfNoneMatch,
                         testing::Values(MatchCase{"none", "", false},
                                         MatchCase{"same", "\"abc\"", true},
                                         MatchCase{"weak", "W/\"abc\"", true},
                                         MatchCase{"any", "*", true},
                                         MatchCase{"second", "\"x\", \"abc\"", true},
                                         MatchCase{"tabs", "\"x\",\t\"abc\"\t", true},
                                         MatchCase{"other", "\"abcd\"", false},
                                         MatchCase{"unquoted", "abc", false},
                                         MatchCase{"commas", ",,,", false}),
                         [](const auto& row) { return row.param.name; });

Snapshot with_probes(std::shared_ptr<const PythonManifest> python) {
  Snapshot snapshot;
  snapshot.probes.push_back({.name = "config"});
  snapshot.probes.push_back({.name = "python"});
  snapshot.probes[0].facts.config_digests = {{"core-site.xml", "d1"}};
  snapshot.probes[1].facts.python = std::move(python);
  return snapshot;
}

std::string tag_of(const Answer& answer) {
  return answer.headers.empty() ? "" : answer.headers.front().second;
}

std::shared_ptr<const PythonManifest> a_python(std::string version) {
  return std::make_shared<const PythonManifest>(PythonManifest{.version = std::move(version)});
}

class ManifestAnswerTest : public testing::Test {
 protected:
  Answer ask(const Snapshot& snapshot, const std::string& tag = "") {
    Request request{.method = "GET", .path = "/v1/manifest", .query = {}};
    if (!tag.empty()) request.headers = {{"if-none-match", tag}};
    return manifest_.answer(snapshot, request, Instant(std::chrono::seconds(60)));
  }

  ManifestAnswer manifest_{"0.1.0", {.role = "driver", .uid = "u-1"}};
};

TEST_F(ManifestAnswerTest, BeforeTheFirstInventoryItAsksForPatience) {
  const Answer answer = ask(with_probes(nullptr));

  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.headers, (decltype(answer.headers){{"Retry-After", "5"}}));
}

TEST_F(ManifestAnswerTest, HalfOfTheInventoriesIsServedOnlyOnceTheOtherHalfWasLookedAt) {
  Snapshot snapshot = with_probes(a_python("3.11.2"));
  snapshot.probes.push_back({.name = "runtime"});
  EXPECT_EQ(ask(snapshot).status, 503U);

  snapshot.probes.back().last = std::make_shared<const Report>();

  EXPECT_EQ(ask(snapshot).status, 200U);
}

TEST_F(ManifestAnswerTest, WithoutInventoryProbesItServesTheRest) {
  Snapshot snapshot = with_probes(nullptr);
  snapshot.probes.pop_back();

  EXPECT_EQ(ask(snapshot).status, 200U);
}

TEST_F(ManifestAnswerTest, HoldsTheFactsOfAllProbes) {
  const Answer answer = ask(with_probes(a_python("3.11.2")));

  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, kManifestContentType);
  const Result<Manifest> manifest = parse_manifest(answer.whole_body());
  ASSERT_TRUE(manifest.has_value()) << manifest.error().detail;
  EXPECT_EQ(manifest->pod.uid, "u-1");
  EXPECT_EQ(manifest->python->version, "3.11.2");
  EXPECT_EQ(manifest->config.at("core-site.xml"), "d1");
  EXPECT_EQ(tag_of(answer), '"' + sha256_hex(answer.whole_body()) + '"');
}

TEST_F(ManifestAnswerTest, IsNotModifiedUntilAFactChanges) {
  Snapshot snapshot = with_probes(a_python("3.11.2"));
  const std::string first = tag_of(ask(snapshot));

  const Answer same = ask(snapshot, first);
  snapshot.probes[1].facts.python = a_python("3.12.0");
  const Answer other = ask(snapshot, first);
  snapshot.probes[0].facts.config_digests = {{"core-site.xml", "d2"}};
  const Answer third = ask(snapshot, tag_of(other));

  EXPECT_EQ(same.status, 304U);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(other.status, 200U);
  EXPECT_NE(tag_of(other), first);
  EXPECT_EQ(third.status, 200U);
}

const OwnToken kToken{
    .token = {.path = ".sparkwarden/u-1/t-0123456789abcdef", .sha256 = std::string(64, '0')},
    .closed = Instant(std::chrono::seconds(58))};

std::optional<Announcement> announced(const Answer& answer) {
  return parse_announcement(find_header(answer.headers, kStorageHeader).value_or(""));
}

TEST_F(ManifestAnswerTest, AnnouncesTheStorageTokenWithEveryAnswerAndTheTagStaysStill) {
  Snapshot snapshot = with_probes(a_python("3.11.2"));
  const std::string tag = tag_of(ask(snapshot));
  snapshot.probes.push_back({.name = "storage"});
  snapshot.probes.back().facts.own_token = kToken;

  const Answer whole = ask(snapshot);
  const Answer unchanged = ask(snapshot, tag);
  snapshot.probes.back().facts.own_token->token.path.back() = 'e';
  const Answer newer = ask(snapshot, tag);

  const Announcement expected{.token = kToken.token, .age = milliseconds(2'000)};
  EXPECT_EQ(whole.status, 200U);
  EXPECT_EQ(announced(whole), expected);
  EXPECT_EQ(tag_of(whole), tag);
  EXPECT_EQ(unchanged.status, 304U);
  EXPECT_EQ(announced(unchanged), expected);
  EXPECT_EQ(newer.status, 304U);
  EXPECT_EQ(announced(newer)->token.path, ".sparkwarden/u-1/t-0123456789abcdee");
}

TEST_F(ManifestAnswerTest, WithoutATokenNothingIsAnnounced) {
  EXPECT_EQ(announced(ask(with_probes(a_python("3.11.2")))), std::nullopt);
}

}  // namespace
}  // namespace sparkwarden::commands
