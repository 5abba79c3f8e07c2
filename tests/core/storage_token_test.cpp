// SPDX-License-Identifier: Apache-2.0
#include "agent/core/storage_token.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden {
namespace {

const std::string kPath = ".sparkwarden/1f0c6a52-0b7e/t-0123456789abcdef";
const std::string kDigest(64, 'a');

OwnToken a_token() {
  return {.token = {.path = kPath, .sha256 = kDigest}, .closed = Instant(milliseconds(1'000))};
}

TEST(StorageToken, LooksAsDocumentedAndIsReadBack) {
  const std::string header = to_header(a_token(), Instant(milliseconds(3'500)));

  EXPECT_EQ(header, "v=1, path=" + kPath + ", sha256=" + kDigest + ", age-ms=2500");
  EXPECT_EQ(parse_announcement(header),
            (Announcement{.token = a_token().token, .age = milliseconds(2'500)}));
}

TEST(StorageToken, IsNeverYoungerThanNow) {
  EXPECT_TRUE(to_header(a_token(), Instant{}).ends_with("age-ms=0"));
}

TEST(StorageToken, TheLongestFitsItsBound) {
  OwnToken longest = a_token();
  longest.token.path = token_path(std::string(64, 'u'), "t-0123456789abcdef");

  const std::string header = to_header(longest, Instant(milliseconds(900'000'000'000)));

  EXPECT_LE(header.size(), kStorageHeaderBytesMax);
  EXPECT_TRUE(parse_announcement(header).has_value()) << header;
}

TEST(StorageToken, ANameThatIsStillLookedForIsNotRemoved) {
  EXPECT_GT(kTokenLife, kAnnouncementLife + milliseconds(20'000)) << "and a run's deadline";
}

struct BadHeader {
  std::string name;
  std::string header;
};

class BadHeaders : public testing::TestWithParam<BadHeader> {};

TEST_P(BadHeaders, AreNoAnnouncement) {
  EXPECT_EQ(parse_announcement(GetParam().header), std::nullopt);
}

const std::string kGood = "v=1, path=" + kPath + ", sha256=" + kDigest + ", age-ms=1";

INSTANTIATE_TEST_SUITE_P(
    StorageToken,
    BadHeaders,
    testing::Values(
        BadHeader{"nothing", ""},
        BadHeader{"commas", ",,,,"},
        BadHeader{"no_version", kGood.substr(5)},
        BadHeader{"another_version", "v=2" + kGood.substr(3)},
        BadHeader{"version_last", kGood.substr(5) + ", v=1"},
        BadHeader{"no_path", "v=1, sha256=" + kDigest + ", age-ms=1"},
        BadHeader{"no_digest", "v=1, path=" + kPath + ", age-ms=1"},
        BadHeader{"no_age", "v=1, path=" + kPath + ", sha256=" + kDigest},
        BadHeader{"twice", kGood + ", age-ms=1"},
        BadHeader{"more", kGood + ", more=1"},
        BadHeader{"a_word", kGood + ", more"},
        BadHeader{"short_digest", "v=1, path=" + kPath + ", sha256=aa, age-ms=1"},
        BadHeader{"upper_case_digest",
                  "v=1, path=" + kPath + ", sha256=" + std::string(64, 'A') + ", age-ms=1"},
        BadHeader{"no_number", kGood.substr(0, kGood.size() - 1)},
        BadHeader{"negative", kGood.substr(0, kGood.size() - 1) + "-1"},
        BadHeader{"blank_after", kGood + " "},
        BadHeader{"endless_age", kGood + "000000000000"},
        BadHeader{"absolute", "v=1, path=/etc/shadow, sha256=" + kDigest + ", age-ms=1"},
        BadHeader{"line_break", kGood + "\r\nX: y"},
        BadHeader{"too_long", kGood + std::string(kStorageHeaderBytesMax, ' ')},
        BadHeader{"nul", kGood + std::string(1, '\0')}),
    [](const auto& row) { return row.param.name; });

TEST(StorageToken, IsOfThePodInWhoseDirectoryItLies) {
  const StorageToken token{.path = ".sparkwarden/uid-1/t-0123456789abcdef"};

  EXPECT_TRUE(is_of_pod(token, "uid-1"));
  EXPECT_FALSE(is_of_pod(token, "uid-2"));
  EXPECT_FALSE(is_of_pod(token, "uid"));
  EXPECT_FALSE(is_of_pod(token, "uid-1/t-0123456789abcdef"));
  EXPECT_TRUE(is_of_pod(token, "")) << "nobody can tell";
}

TEST(StorageToken, PathsAreExactlyOfTheirForm) {
  EXPECT_TRUE(is_token_path(kPath));
  EXPECT_TRUE(is_token_path(".sparkwarden/A/t-0000000000000000"));
  for (const std::string& path : {
           std::string(),
           "/" + kPath,
           kPath + "/",
           kPath + "0",
           kPath + "\n",
           std::string(".sparkwarden/t-0123456789abcdef"),
           std::string(".sparkwarden//t-0123456789abcdef"),
           std::string(".sparkwarden/../t-0123456789abcdef"),
           std::string(".sparkwarden/a/../t-0123456789abcdef"),
           std::string(".sparkwarden/a_b/t-0123456789abcdef"),
           std::string(".sparkwarden/a/c-0123456789abcdef"),
           std::string(".sparkwarden/a/t-0123456789abcdeF"),
           std::string(".sparkwarden/a/t-0123456789abcde"),
           std::string("xsparkwarden/a/t-0123456789abcdef"),
           ".sparkwarden/" + std::string(65, 'a') + "/t-0123456789abcdef",
       }) {
    EXPECT_FALSE(is_token_path(path)) << path;
  }
}

}  // namespace
}  // namespace sparkwarden
