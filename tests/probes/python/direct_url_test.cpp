// SPDX-License-Identifier: Apache-2.0
#include "probes/python/direct_url.hpp"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::probes::python {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string name;
  std::string text;
  std::string installer;
  std::optional<DirectUrl> expected;
};

class Origins : public testing::TestWithParam<Case> {};

TEST_P(Origins, AreThoseOfPep610) {
  EXPECT_EQ(parse_direct_url(GetParam().text, GetParam().installer), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Origins,
    testing::Values(
        Case{"vcs",
             R"({"url":"https://git.example/a.git","vcs_info":{"vcs":"git",
                 "requested_revision":"main","commit_id":"0123abcd"}})",
             "pip",
             DirectUrl{.url = "https://git.example/a.git", .commit = "0123abcd"}},
        Case{"archive_with_hashes",
             R"({"url":"https://example/a.whl","archive_info":{"hash":"md5=9",
                 "hashes":{"md5":"9","sha256":"ff"}}})",
             "pip",
             DirectUrl{.url = "https://example/a.whl", .hash = "sha256=ff"}},
        Case{"archive_with_one_hash",
             R"({"url":"file:///a.whl","archive_info":{"hash":"sha256=ff"}})",
             "pip",
             DirectUrl{.url = "file:///a.whl", .hash = "sha256=ff"}},
        Case{"archive_without",
             R"({"url":"file:///a.whl","archive_info":{}})",
             "uv",
             DirectUrl{.url = "file:///a.whl"}},
        Case{"editable",
             R"({"dir_info":{"editable":true},"url":"file:///src/a"})",
             "pip",
             DirectUrl{.url = "file:///src/a", .editable = true}},
        Case{"directory",
             R"({"dir_info":{},"url":"file:///src/a"})",
             "pip",
             DirectUrl{.url = "file:///src/a"}},
        Case{"directory_of_a_conda_build",
             R"({"dir_info":{},"url":"file:///home/conda/feedstock_root/build_artifacts/a/work"})",
             "conda",
             std::nullopt},
        Case{"directory_of_a_conda_build_that_does_not_say_so",
             R"({"dir_info":{},"url":"file:///home/conda/feedstock_root/build_artifacts/a/work"})",
             "pip",
             std::nullopt},
        Case{"editable_in_conda",
             R"({"dir_info":{"editable":true},"url":"file:///src/a"})",
             "conda",
             DirectUrl{.url = "file:///src/a", .editable = true}},
        Case{"no_url", R"({"dir_info":{}})", "pip", std::nullopt},
        Case{"no_kind", R"({"url":"file:///a"})", "pip", std::nullopt},
        Case{"other_types", R"({"url":7,"dir_info":[]})", "pip", std::nullopt},
        Case{"no_json", "url: x", "pip", std::nullopt},
        Case{"no_object", "[1]", "pip", std::nullopt},
        Case{"too_deep", std::string(10'000, '['), "pip", std::nullopt},
        Case{"empty", "", "pip", std::nullopt}),
    [](const auto& row) { return row.param.name; });

struct UrlCase {
  std::string name;
  std::string url;
  std::string expected;
};

class Urls : public testing::TestWithParam<UrlCase> {};

TEST_P(Urls, LoseTheirSecrets) {
  EXPECT_EQ(without_credentials(GetParam().url), GetParam().expected);

  const auto direct =
      parse_direct_url("{\"url\":\"" + GetParam().url + "\",\"archive_info\":{}}", "pip");
  ASSERT_TRUE(direct.has_value());
  EXPECT_THAT(direct->url, Not(HasSubstr("s3cret")));
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    Urls,
    testing::Values(
        UrlCase{"none", "https://h.example:8443/a@1.whl", "https://h.example:8443/a@1.whl"},
        UrlCase{"user_and_password", "https://u:s3cret@h.example/a", "https://h.example/a"},
        UrlCase{"token", "git+https://s3cret@h.example/a", "git+https://h.example/a"},
        UrlCase{"ssh", "ssh://git@h.example/a.git", "ssh://h.example/a.git"},
        UrlCase{"variables", "https://${U}:${P}@h.example/a", "https://h.example/a"},
        UrlCase{"at_in_password", "https://u:s3@s3cret@h.example/a", "https://h.example/a"},
        UrlCase{"slash_in_password", "https://u:x/s3cret@h.example/a", "https://h.example/a"},
        UrlCase{"no_path", "https://u:s3cret@h.example", "https://h.example"},
        UrlCase{"signed", "https://h.example/a.whl?X-Sig=s3cret&b", "https://h.example/a.whl"},
        UrlCase{"fragment", "https://h.example/a.whl#t=s3cret", "https://h.example/a.whl"},
        UrlCase{"ipv6", "https://[::1]:80/a@1", "https://[::1]:80/a@1"},
        UrlCase{"file", "file:///home/me@work/a", "file:///home/me@work/a"},
        UrlCase{"no_scheme", "/home/me", "/home/me"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sparkwarden::probes::python
