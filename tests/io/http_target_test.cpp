// SPDX-License-Identifier: Apache-2.0
#include "agent/io/http_target.hpp"

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

struct GoodTarget {
  std::string name;
  std::string text;
  Target expected;
};

class ParsesTarget : public testing::TestWithParam<GoodTarget> {};

TEST_P(ParsesTarget, AsPathAndQuery) {
  const auto target = parse_target(GetParam().text);

  ASSERT_TRUE(target.has_value()) << target.error().detail;
  EXPECT_EQ(*target, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    ParsesTarget,
    testing::Values(
        GoodTarget{"root", "/", {"/", {}}},
        GoodTarget{"flag_without_value", "/readyz?verbose", {"/readyz", {{"verbose", ""}}}},
        GoodTarget{"repeated_parameter",
                   "/readyz?exclude=a&exclude=b",
                   {"/readyz", {{"exclude", "a"}, {"exclude", "b"}}}},
        GoodTarget{"escapes", "/a%20b?c%3d=%26", {"/a b", {{"c=", "&"}}}},
        GoodTarget{"plus_is_blank_in_query_only", "/a+b?c=d+e", {"/a+b", {{"c", "d e"}}}},
        GoodTarget{"utf8", "/%C3%A4", {"/\xC3\xA4", {}}},
        GoodTarget{"empty_pairs_are_skipped", "/?&&a=1&", {"/", {{"a", "1"}}}},
        GoodTarget{"value_with_equals", "/?a=b=c", {"/", {{"a", "b=c"}}}},
        GoodTarget{"second_question_mark", "/?a=?", {"/", {{"a", "?"}}}},
        GoodTarget{"no_dot_segments_are_removed", "/readyz/../status", {"/readyz/../status", {}}},
        GoodTarget{
            "absolute_form", "http://10.0.0.1:9797/livez?verbose", {"/livez", {{"verbose", ""}}}},
        GoodTarget{"absolute_form_without_path", "HTTP://host", {"/", {}}},
        GoodTarget{"absolute_form_with_query_only", "http://host?a=1", {"/", {{"a", "1"}}}}),
    [](const auto& row) { return row.param.name; });

struct BadTarget {
  std::string name;
  std::string text;
  std::string code;
};

class RefusesTarget : public testing::TestWithParam<BadTarget> {};

TEST_P(RefusesTarget, WithItsCode) {
  const auto target = parse_target(GetParam().text);

  ASSERT_FALSE(target.has_value());
  EXPECT_EQ(target.error().code, GetParam().code);
}

std::string many_pairs() {
  std::string text = "/?";
  for (std::size_t i = 0; i <= kQueryPairsMax; ++i) text += "a&";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    RefusesTarget,
    testing::Values(BadTarget{"empty", "", "target.malformed"},
                    BadTarget{"asterisk", "*", "target.malformed"},
                    BadTarget{"authority_form", "host:443", "target.malformed"},
                    BadTarget{"https", "https://host/", "target.malformed"},
                    BadTarget{"relative", "livez", "target.malformed"},
                    BadTarget{"fragment", "/a#b", "target.malformed"},
                    BadTarget{"cut_escape", "/%2", "target.malformed"},
                    BadTarget{"escape_at_end", "/%", "target.malformed"},
                    BadTarget{"no_hex", "/%zz", "target.malformed"},
                    BadTarget{"signed_hex", "/%+1", "target.malformed"},
                    BadTarget{"escaped_nul", "/a%00b", "target.malformed"},
                    BadTarget{"escaped_line_feed", "/?a=%0a", "target.malformed"},
                    BadTarget{"escaped_delete", "/%7f", "target.malformed"},
                    BadTarget{"not_utf8", "/%ff", "target.malformed"},
                    BadTarget{"overlong_utf8", "/?%C0%AF", "target.malformed"},
                    BadTarget{"too_many_parameters", many_pairs(), "target.malformed"},
                    BadTarget{
                        "too_long", "/" + std::string(kTargetBytesMax, 'a'), "target.too-long"}),
    [](const auto& row) { return row.param.name; });

TEST(Target, OfExactlyTheLongestLengthIsTaken) {
  const std::string text = "/" + std::string(kTargetBytesMax - 1, 'a');

  const auto target = parse_target(text);

  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, text);
}

struct GoodUrl {
  std::string name;
  std::string text;
  HttpUrl expected;
};

class ParsesUrl : public testing::TestWithParam<GoodUrl> {};

TEST_P(ParsesUrl, IntoItsParts) {
  const auto url = parse_url(GetParam().text);

  ASSERT_TRUE(url.has_value()) << url.error().detail;
  EXPECT_EQ(*url, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    ParsesUrl,
    testing::Values(
        GoodUrl{"whole", "http://127.0.0.1:9797/startupz", {"127.0.0.1", 9797, "/startupz"}},
        GoodUrl{"host_only", "http://driver", {"driver", 80, "/"}},
        GoodUrl{"name_with_dots", "http://a-1.ns.svc:1/", {"a-1.ns.svc", 1, "/"}},
        GoodUrl{"ipv6", "http://[::1]:9797/livez", {"::1", 9797, "/livez"}},
        GoodUrl{"ipv6_without_port", "http://[fd00::1]", {"fd00::1", 80, "/"}},
        GoodUrl{"query_without_path", "http://h?a=1", {"h", 80, "/?a=1"}},
        GoodUrl{"scheme_in_capitals", "HTTP://h/", {"h", 80, "/"}}),
    [](const auto& row) { return row.param.name; });

class RefusesUrl : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(RefusesUrl, AsMalformed) {
  const auto url = parse_url(GetParam().second);

  ASSERT_FALSE(url.has_value());
  EXPECT_EQ(url.error().code, "url.malformed");
  EXPECT_FALSE(url.error().detail.empty());
}

INSTANTIATE_TEST_SUITE_P(Http,
                         RefusesUrl,
                         testing::Values(std::pair{"empty", ""},
                                         std::pair{"no_scheme", "127.0.0.1:9797"},
                                         std::pair{"https", "https://h/"},
                                         std::pair{"no_host", "http:///livez"},
                                         std::pair{"user", "http://u:p@h/"},
                                         std::pair{"port_zero", "http://h:0/"},
                                         std::pair{"port_too_large", "http://h:65536/"},
                                         std::pair{"port_no_number", "http://h:9x/"},
                                         std::pair{"port_missing", "http://h:/"},
                                         std::pair{"open_bracket", "http://[::1/"},
                                         std::pair{"after_bracket", "http://[::1]x/"},
                                         std::pair{"blank_in_path", "http://h/a b"},
                                         std::pair{"line_feed", "http://h/a\nX: y"},
                                         std::pair{"fragment", "http://h/#a"},
                                         std::pair{"strange_host", "http://h$/"}),
                         [](const auto& row) { return std::string(row.param.first); });

}  // namespace
}  // namespace sparkwarden::io
