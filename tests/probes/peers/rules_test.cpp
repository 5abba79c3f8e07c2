// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/rules.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sparkwarden::probes::peers {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

Asked asked(bool reached_before = false, std::string etag = "") {
  return {.driver = "10.1.2.3:9797",
          .from = "SPARKWARDEN_DRIVER_URL",
          .reached_before = reached_before,
          .etag = std::move(etag),
          .limit = milliseconds(4'800)};
}

/// "outcome", then error[code], warning[code], info[code] or ?code.
std::string shown(const Judged& judged) {
  std::string text(to_string(judged.outcome));
  for (const Finding& finding : judged.findings) {
    text += " " + std::string(to_string(finding.severity)) + "[" + finding.code + "]";
    EXPECT_EQ(finding.subject, "10.1.2.3:9797");
  }
  for (const Unlooked& unlooked : judged.unlooked) {
    text += " ?" + unlooked.code;
    EXPECT_EQ(unlooked.subject, "10.1.2.3:9797");
  }
  return text;
}

struct FailureCase {
  std::string name;
  std::string code;
  bool reached_before;
  std::string expected;
};

class Failure : public testing::TestWithParam<FailureCase> {};

TEST_P(Failure, MeansWhatItCanMean) {
  const Error error{GetParam().code, "10.1.2.3:9797", "Connection refused"};

  EXPECT_EQ(shown(judge_failure(error, asked(GetParam().reached_before))), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Http,
    Failure,
    testing::Values(
        FailureCase{"refused", "http.refused", false, "unreachable ?peer.driver.not-yet"},
        FailureCase{"no_name", "http.resolve", false, "unreachable ?peer.driver.not-yet"},
        FailureCase{"no_route", "http.unreachable", false, "unreachable ?peer.driver.not-yet"},
        FailureCase{"closed", "http.closed", false, "unreachable ?peer.driver.not-yet"},
        FailureCase{
            "refused_now", "http.refused", true, "unreachable error[peer.driver.unreachable]"},
        FailureCase{
            "no_name_now", "http.resolve", true, "unreachable error[peer.driver.unreachable]"},
        FailureCase{
            "no_route_now", "http.unreachable", true, "unreachable error[peer.driver.unreachable]"},
        FailureCase{
            "closed_now", "http.closed", true, "unreachable error[peer.driver.unreachable]"},
        FailureCase{"silent", "http.timeout", false, "silent error[peer.driver.silent]"},
        FailureCase{"silent_now", "http.timeout", true, "silent error[peer.driver.silent]"},
        FailureCase{"cut", "http.cut", false, "unexpected error[peer.driver.unexpected-answer]"},
        FailureCase{
            "no_http", "http.malformed", true, "unexpected error[peer.driver.unexpected-answer]"},
        FailureCase{"large", "http.too-large", false, "too-large error[peer.manifest.too-large]"}),
    [](const auto& row) { return row.param.name; });

TEST(Silence, NamesTheLimitWhatItCanBeAndWhereTheAddressIsFrom) {
  const Judged judged = judge_failure(
      {"http.timeout", "10.1.2.3:9797", "no answer to the connection attempt"}, asked());

  ASSERT_EQ(judged.findings.size(), 1U);
  EXPECT_EQ(judged.findings[0].message,
            "no answer to the connection attempt within 4800 ms: a NetworkPolicy or firewall drops "
            "packets, or the pod hangs (address from SPARKWARDEN_DRIVER_URL)");
  EXPECT_THAT(judged.findings[0].fix, HasSubstr("NetworkPolicy"));
}

struct ReplyCase {
  std::string name;
  unsigned status;
  Headers headers;
  std::string etag;  // that was asked for
  std::string expected;
};

class Reply : public testing::TestWithParam<ReplyCase> {};

TEST_P(Reply, IsAnAgentsOrSomebodyElses) {
  const io::HttpReply reply{.status = GetParam().status, .headers = GetParam().headers};

  EXPECT_EQ(shown(judge_reply(reply, asked(false, GetParam().etag))), GetParam().expected);
}

const std::string kType(kManifestContentType);
const std::string kUnexpected = "unexpected error[peer.driver.unexpected-answer]";

INSTANTIATE_TEST_SUITE_P(
    Http,
    Reply,
    testing::Values(
        ReplyCase{"manifest", 200, {{"Content-Type", kType}}, "", "manifest"},
        ReplyCase{
            "parameters", 200, {{"content-type", kType + " ; charset=utf-8"}}, "", "manifest"},
        ReplyCase{"in_capitals",
                  200,
                  {{"Content-Type", "Application/vnd.Sparkwarden.Manifest+JSON"}},
                  "",
                  "manifest"},
        ReplyCase{"json", 200, {{"Content-Type", "application/json"}}, "", kUnexpected},
        ReplyCase{"untyped", 200, {}, "", kUnexpected},
        ReplyCase{"unchanged", 304, {{"ETag", "\"a\""}}, "\"a\"", "not-modified"},
        ReplyCase{"unchanged_weakly", 304, {{"ETag", "W/\"a\""}}, "\"a\"", "not-modified"},
        ReplyCase{"unchanged_without_tag", 304, {}, "\"a\"", "not-modified"},
        ReplyCase{"unchanged_of_another", 304, {{"ETag", "\"b\""}}, "\"a\"", kUnexpected},
        ReplyCase{"unchanged_unasked", 304, {{"ETag", "\"a\""}}, "", kUnexpected},
        ReplyCase{"no_inventory", 503, {}, "", "no-manifest ?peer.driver.no-manifest"},
        ReplyCase{"unauthorized", 401, {}, "", "not-permitted ?peer.driver.not-permitted"},
        ReplyCase{"forbidden", 403, {}, "", "not-permitted ?peer.driver.not-permitted"},
        ReplyCase{"away", 302, {{"Location", "http://192.0.2.1/"}}, "", kUnexpected},
        ReplyCase{"empty", 204, {}, "", kUnexpected},
        ReplyCase{"absent", 404, {}, "", kUnexpected},
        ReplyCase{"broken", 500, {}, "", kUnexpected},
        ReplyCase{"gateway", 502, {}, "", kUnexpected}),
    [](const auto& row) { return row.param.name; });

std::optional<milliseconds> wait_of(const std::string& header) {
  return judge_reply({.status = 503, .headers = {{"Retry-After", header}}}, asked()).wait;
}

TEST(RetryAfter, IsANumberOfSeconds) {
  EXPECT_EQ(wait_of("5"), seconds(5));
  EXPECT_EQ(wait_of("0"), seconds(0));
  EXPECT_EQ(wait_of("99999999999"), hours(24));
  for (const char* text :
       {"", "-1", "5s", "1.5", " 5", "99999999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(wait_of(text), std::nullopt) << text;
  }
}

TEST(RetryAfter, IsADateByTheClockOfWhoeverWroteIt) {
  const auto wait = [](const std::string& until, const std::string& date) {
    return retry_after({.status = 503, .headers = {{"Retry-After", until}, {"Date", date}}});
  };

  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:50 GMT", date), seconds(13));
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:00 GMT", date), seconds(0)) << "long ago";
  EXPECT_EQ(wait("Tue, 06 Nov 2190 08:49:00 GMT", date), hours(24));
  EXPECT_EQ(wait(date, "yesterday"), std::nullopt) << "nothing to count from";
}

TEST(Body, ThatIsNoManifestIsToldByItsTrouble) {
  const auto judged = [](const std::string& text) {
    const Result<Manifest> manifest = parse_manifest(text);
    return manifest ? Judged{.outcome = Outcome::manifest} : judge_body(manifest.error(), asked());
  };

  EXPECT_EQ(shown(judged("<html>")), "malformed error[peer.manifest.malformed]");
  EXPECT_EQ(shown(judged("{\"schema\":1")), "malformed error[peer.manifest.malformed]");
  EXPECT_EQ(shown(judged("{\"schema\":2}")), "schema ?peer.manifest.schema");
  EXPECT_EQ(shown(judged(std::string(kManifestBytesMax + 1, ' '))),
            "too-large error[peer.manifest.too-large]");
  const Judged wrong = judged(R"({"schema":1,"python":{"version":7}})");
  ASSERT_EQ(wrong.findings.size(), 1U);
  EXPECT_THAT(wrong.findings[0].message, HasSubstr("python.version"));
}

Manifest a_manifest(std::string role, std::string app_id, std::string version = "1.2.3") {
  return {.agent_version = std::move(version),
          .pod = {.role = std::move(role), .uid = "driver-uid", .app_id = std::move(app_id)}};
}

std::string codes_of(const Manifest& manifest, const std::string& app_id) {
  const Self self{.uid = "own-uid", .app_id = app_id, .agent_version = "1.2.3"};
  std::string text;
  for (const Finding& finding : judge_manifest(manifest, self, asked())) {
    text += std::string(to_string(finding.severity)) + "[" + finding.code + "]";
    EXPECT_TRUE(finding.expected && finding.actual) << finding.code;
  }
  return text;
}

TEST(Owner, IsADriverOfThisApplication) {
  for (const char* role : {"driver", "connect-server", "interpreter"}) {
    EXPECT_EQ(codes_of(a_manifest(role, "spark-1"), "spark-1"), "") << role;
  }
  for (const char* role : {"executor", "zeppelin-server", "", "queen"}) {
    EXPECT_EQ(codes_of(a_manifest(role, "spark-1"), "spark-1"), "error[peer.driver.not-a-driver]")
        << role;
  }
}

TEST(Owner, OfAnotherApplicationIsToldWhereBothAreKnown) {
  EXPECT_EQ(codes_of(a_manifest("driver", "spark-2"), "spark-1"),
            "error[peer.driver.other-application]");
  EXPECT_EQ(codes_of(a_manifest("driver", ""), "spark-1"), "");
  EXPECT_EQ(codes_of(a_manifest("driver", "spark-2"), ""), "");
}

TEST(Owner, MayHaveAnotherVersion) {
  EXPECT_EQ(codes_of(a_manifest("driver", "spark-1", "1.3.0"), "spark-1"),
            "info[peer.agent.version-differs]");
}

TEST(Owner, ThatIsThisPodIsCalledSo) {
  Manifest own = a_manifest("executor", "spark-1");
  own.pod.uid = "own-uid";

  const auto findings = judge_manifest(own, {.uid = "own-uid"}, asked());

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].message, HasSubstr("own agent"));
}

TEST(Owner, CannotWriteToTheTerminal) {
  const auto findings = judge_manifest(
      a_manifest("driver", "\x1b[2J" + std::string(4'000, 'x')), {.app_id = "spark-1"}, asked());

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].actual->find('\x1b'), std::string::npos);
  EXPECT_LT(findings[0].actual->size(), 300U);
}

TEST(Address, ThatIsNoneIsToldWithItsPlace) {
  const Finding wildcard = judge_address({"0.0.0.0", "SPARK_DRIVER_URL of the Spark process"},
                                         {"url.wildcard", "0.0.0.0", "an address to listen on"});
  const Finding invalid = judge_address({"$(POD_IP)", "SPARKWARDEN_DRIVER_URL"},
                                        {"url.invalid", "$(POD_IP)", "nobody expanded it"});

  EXPECT_EQ(wildcard.code, "peer.driver.wildcard");
  EXPECT_EQ(wildcard.subject, "SPARK_DRIVER_URL of the Spark process");
  EXPECT_EQ(wildcard.actual, "0.0.0.0");
  EXPECT_EQ(invalid.code, "peer.driver.invalid-url");
  EXPECT_EQ(invalid.message, "nobody expanded it (from SPARKWARDEN_DRIVER_URL)");
  EXPECT_EQ(invalid.actual, "$(POD_IP)");
}

TEST(Address, OfNobodyNamesThePlaces) {
  const Unlooked nobody = judge_nobody({"a (empty)", "b (not set)"});

  EXPECT_EQ(nobody.code, "peer.driver.unknown");
  EXPECT_EQ(nobody.message, "looked at: a (empty), b (not set)");
}

TEST(Clock, IsComparedWithinTheSecondThatADateHas) {
  const WallTime noon{hours(12)};
  const milliseconds ms(1);

  EXPECT_EQ(skew_of(noon, noon, noon + 20 * ms), milliseconds(0));
  EXPECT_EQ(skew_of(noon, noon + 900 * ms, noon + 950 * ms), milliseconds(0));
  EXPECT_EQ(skew_of(noon, noon - 500 * ms, noon + 10 * ms), milliseconds(0));
  EXPECT_EQ(skew_of(noon, noon + 3'000 * ms, noon + 3'100 * ms), milliseconds(-2'000));
  EXPECT_EQ(skew_of(noon, noon - 3'100 * ms, noon - 3'000 * ms), milliseconds(3'000));
}

TEST(Clock, IsSkewedBeyondAMinuteEitherWay) {
  EXPECT_THAT(judge_skew(seconds(60), asked()), IsEmpty());
  EXPECT_THAT(judge_skew(seconds(-60), asked()), IsEmpty());
  const auto ahead = judge_skew(seconds(61), asked());
  const auto behind = judge_skew(seconds(-900), asked());

  ASSERT_EQ(ahead.size(), 1U);
  EXPECT_EQ(ahead[0].code, "peer.clock.skewed");
  EXPECT_EQ(ahead[0].severity, Severity::warning);
  EXPECT_EQ(ahead[0].message, "the driver's clock is 61 s ahead of this pod's");
  ASSERT_EQ(behind.size(), 1U);
  EXPECT_EQ(behind[0].message, "the driver's clock is 900 s behind this pod's");
  EXPECT_THAT(behind[0].effect, HasSubstr("RequestTimeTooSkewed"));
}

TEST(Etag, IsKeptOnlyIfItIsHarmless) {
  EXPECT_EQ(usable_etag("\"abc\""), "\"abc\"");
  EXPECT_EQ(usable_etag("W/\"abc\""), "W/\"abc\"");
  EXPECT_EQ(usable_etag(std::string(128, 'x')), std::string(128, 'x'));
  EXPECT_EQ(usable_etag(std::string(129, 'x')), "");
  EXPECT_EQ(usable_etag("\"a b\""), "");
  EXPECT_EQ(usable_etag("\"a\tb\""), "");
  EXPECT_EQ(usable_etag("\"\xc3\xa4\""), "");
  EXPECT_EQ(usable_etag("\"a\r\nX: y\""), "");
}

TEST(Pause, DoublesUpToAMinuteAndIsSpread) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_GE(pause_after(0, seed), milliseconds(500));
    EXPECT_LE(pause_after(0, seed), milliseconds(750));
    EXPECT_GE(pause_after(4, seed), milliseconds(8'000));
    EXPECT_LE(pause_after(4, seed), milliseconds(12'000));
    EXPECT_EQ(pause_after(7, seed), kLongestPause);
    EXPECT_EQ(pause_after(1'000'000, seed), kLongestPause);
  }
  std::set<milliseconds> drawn;
  for (std::uint64_t seed = 0; seed < 100; ++seed) drawn.insert(pause_after(3, seed));
  EXPECT_GT(drawn.size(), 80U);
  EXPECT_EQ(pause_after(3, 7), pause_after(3, 7));
}

TEST(Pause, ThatWasAskedForIsKeptWithinBounds) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_GE(pause_asked_for(seconds(5), 0, seed), seconds(5));
    EXPECT_LE(pause_asked_for(seconds(5), 0, seed), milliseconds(7'500));
    EXPECT_GE(pause_asked_for(seconds(0), 0, seed), kFirstPause);
    EXPECT_LE(pause_asked_for(hours(24), 0, seed), kLongestPause + kLongestPause / 2);
  }
}

}  // namespace
}  // namespace sparkwarden::probes::peers
