// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/probe.hpp"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/notice.hpp"
#include "agent/io/http_answer.hpp"
#include "tests/core/a_run.hpp"
#include "tests/probes/peers/peers_rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace sparkwarden::probes::peers {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using tests::Driver;
using tests::OneReplyServer;
using tests::PeersRig;

constexpr auto kClose = OneReplyServer::Then::close;
constexpr auto kStay = OneReplyServer::Then::stay_open;

/// Codes in order, ?code for what was not looked at.
std::string shown(const Observed& seen) {
  std::string text;
  for (const Finding& finding : seen.findings) text += finding.code + " ";
  for (const Unlooked& unlooked : seen.unlooked) text += "?" + unlooked.code + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

std::optional<double> value_of(const Observed& seen,
                               std::string_view name,
                               const std::vector<std::string>& labels = {}) {
  for (const Measurement& one : seen.measurements) {
    if (one.spec->name == name && one.labels == labels) return one.value;
  }
  return std::nullopt;
}

bool up(const Observed& seen) {
  return value_of(seen, "sparkwarden_peer_up") == 1.0;
}

/// The one result that was counted.
std::string result_of(const Observed& seen) {
  std::string text;
  for (const Measurement& one : seen.measurements) {
    if (one.spec->name == "sparkwarden_peer_requests_total" && one.value > 0) {
      text += one.labels.at(0);
    }
  }
  return text;
}

std::string numpy_of(const Observed& seen) {
  return seen.facts.driver->manifest.python->distributions.at(0).version;
}

TEST(Peers, HandsTheDriversManifestOn) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "");
  ASSERT_NE(seen.facts.driver, nullptr);
  EXPECT_EQ(seen.facts.driver->url, driver.address());
  EXPECT_EQ(numpy_of(seen), "1.26.4");
  EXPECT_EQ(seen.again_in, std::nullopt);
  EXPECT_TRUE(up(seen));
  EXPECT_EQ(result_of(seen), "manifest");
  EXPECT_EQ(value_of(seen, "sparkwarden_peer_clock_skew_seconds"), 0.0);
  ASSERT_THAT(seen.steps, SizeIs(1));
  EXPECT_EQ(seen.steps[0].name + "/" + seen.steps[0].status, "manifest/ok");
}

TEST(Peers, AsksOnlyForWhatIsNew) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());

  const Observed first = rig.run();
  const Observed second = rig.run();
  driver.knows("2.0.0");
  const Observed third = rig.run();

  EXPECT_EQ(result_of(second), "not-modified");
  EXPECT_TRUE(up(second));
  EXPECT_EQ(second.facts.driver, first.facts.driver) << "an equal one, and others are woken";
  EXPECT_EQ(result_of(third), "manifest");
  EXPECT_EQ(numpy_of(third), "2.0.0");
  const auto requests = driver.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].path, "/v1/manifest");
  EXPECT_EQ(requests[0].header("Accept"), kManifestContentType);
  EXPECT_EQ(requests[0].header("If-None-Match"), std::nullopt);
  EXPECT_EQ(requests[1].header("If-None-Match"), first.facts.driver->etag);
  EXPECT_EQ(requests[2].header("If-None-Match"), first.facts.driver->etag);
}

const StorageToken kToken{.path = ".sparkwarden/driver-uid/t-0123456789abcdef",
                          .sha256 = std::string(64, '0')};

TEST(Peers, HandsAStorageTokenOnWhetherTheManifestIsNewOrNot) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());
  const Observed before = rig.run();
  driver.announces(kToken);
  const Instant sent = Instant::clock::now();

  const Observed unchanged = rig.run();
  const Instant done = Instant::clock::now();
  driver.knows("2.0.0");
  const Observed changed = rig.run();

  EXPECT_EQ(before.facts.driver_token, std::nullopt);
  EXPECT_EQ(result_of(unchanged), "not-modified");
  EXPECT_EQ(unchanged.facts.driver, before.facts.driver) << "a token is no new manifest";
  ASSERT_TRUE(unchanged.facts.driver_token.has_value());
  const HeardToken& heard = *unchanged.facts.driver_token;
  EXPECT_EQ(heard.said.token, kToken);
  EXPECT_THAT(heard.received, AllOf(Ge(sent), Le(done)));
  EXPECT_THAT(heard.round_trip, AllOf(Ge(milliseconds(1)), Le(done - sent + milliseconds(1))));
  EXPECT_THAT(heard.said.age, Le(done - sent + milliseconds(1)));
  EXPECT_EQ(result_of(changed), "manifest");
  EXPECT_EQ(changed.facts.driver_token->said.token, kToken);
}

TEST(Peers, AnAnnouncementThatIsNoneIsNoFault) {
  Driver driver;
  driver.knows("1.26.4");
  driver.announces({.path = "/etc/shadow", .sha256 = std::string(64, '0')});
  PeersRig rig;
  rig.driver(driver.address());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "");
  EXPECT_TRUE(up(seen));
  EXPECT_EQ(seen.facts.driver_token, std::nullopt);
}

TEST(Peers, TheTokenOfAnotherApplicationIsHandedToNobody) {
  Driver driver;
  driver.knows("1.26.4");
  driver.announces(kToken);
  driver.is(Driver::a_manifest({.app_id = "spark-1"}));
  PeersRig rig;
  rig.driver(driver.address());
  rig.world().identity.app_id = "spark-2";

  EXPECT_EQ(rig.run().facts.driver_token, std::nullopt);
}

TEST(Peers, TheSameManifestUnderAnotherTagWakesNobody) {
  Driver driver;
  int run = 0;
  driver.says([&](const Request&) {
    return Answer{
        .content_type = std::string(kManifestContentType),
        .body = to_json({.agent_version = SPARKWARDEN_VERSION, .pod = {.role = "driver"}}),
        .headers = {{"ETag", "\"" + std::to_string(++run) + "\""}}};
  });
  PeersRig rig;
  rig.driver(driver.address());

  const Observed first = rig.run();
  const Observed second = rig.run();
  static_cast<void>(rig.run());

  ASSERT_NE(first.facts.driver, nullptr);
  EXPECT_EQ(second.facts.driver, first.facts.driver);
  EXPECT_EQ(driver.requests().at(2).header("If-None-Match"), "\"2\"");
}

TEST(Peers, ALargeManifestIsReadOnTheWorker) {
  Driver driver;
  driver.knows("1.26.4", 5'000);
  PeersRig rig;
  rig.driver(driver.address());

  const Observed first = rig.run();
  driver.is(Driver::a_manifest({.user = "185:0"}));  // another body, and another pod section
  const Observed second = rig.run();

  ASSERT_NE(first.facts.driver, nullptr);
  EXPECT_THAT(first.facts.driver->manifest.python->distributions, SizeIs(5'001));
  ASSERT_NE(second.facts.driver, nullptr);
  EXPECT_EQ(second.facts.driver->manifest.pod.user, "185:0");
}

TEST(Peers, ADriverMayStillStart) {
  PeersRig rig;
  const tests::RefusingPort nobody;
  rig.driver("127.0.0.1:" + std::to_string(nobody.port()));

  std::vector<milliseconds> pauses;
  for (int run = 0; run < 4; ++run) {
    const Observed seen = rig.run();
    EXPECT_EQ(shown(seen), "?peer.driver.not-yet");
    EXPECT_FALSE(up(seen));
    EXPECT_EQ(result_of(seen), "unreachable");
    pauses.push_back(seen.again_in.value());
  }

  EXPECT_THAT(pauses[0], AllOf(Ge(milliseconds(500)), Le(milliseconds(750))));
  EXPECT_THAT(pauses[3], AllOf(Ge(milliseconds(4'000)), Le(milliseconds(6'000))));
}

TEST(Peers, TwoPodsDoNotComeAtTheSameMoment) {
  const tests::RefusingPort refusing;
  const std::string nobody = "127.0.0.1:" + std::to_string(refusing.port());
  PeersRig one;
  PeersRig other;
  one.driver(nobody);
  other.driver(nobody);
  other.world().identity.uid = "another-uid";

  EXPECT_NE(one.run().again_in, other.run().again_in);
}

TEST(Peers, ADriverThatGoesAwayIsAnErrorAndItsManifestStays) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());
  Snapshot snapshot = test::a_snapshot_of({"peers"});
  snapshot = fold(snapshot, test::a_run("peers", rig.run()));

  driver.stop();
  const Observed gone = rig.run();
  snapshot = fold(snapshot, test::a_run("peers", gone));

  EXPECT_EQ(shown(gone), "peer.driver.unreachable");
  EXPECT_FALSE(up(gone));
  EXPECT_EQ(gone.again_in, std::nullopt) << "several failures of one short absence";
  ASSERT_NE(merged_facts(snapshot).driver, nullptr);

  driver.start();
  const Observed back = rig.run();

  EXPECT_EQ(shown(back), "");
  EXPECT_TRUE(up(back));
  EXPECT_EQ(result_of(back), "not-modified");
  EXPECT_EQ(back.facts.driver, merged_facts(snapshot).driver);
}

TEST(Peers, ADriverWithoutInventoryIsAskedAgainWhenItSays) {
  Driver driver;  // the real answer: 503, Retry-After: 5
  PeersRig rig;
  rig.driver(driver.address());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "?peer.driver.no-manifest");
  EXPECT_EQ(result_of(seen), "no-manifest");
  EXPECT_THAT(seen.again_in.value(), AllOf(Ge(seconds(5)), Le(milliseconds(7'500))));

  driver.knows("1.26.4");

  EXPECT_EQ(shown(rig.run()), "");
}

TEST(Peers, ADriverOfAnotherApplicationIsNotComparedWith) {
  Driver driver;
  driver.knows("1.26.4");
  driver.is(Driver::a_manifest({.app_id = "spark-1"}));
  PeersRig rig;
  rig.driver(driver.address());
  rig.world().identity.app_id = "spark-1";
  const Observed own = rig.run();

  driver.is(Driver::a_manifest({.app_id = "spark-2"}));
  const Observed others = rig.run();
  const Observed still = rig.run();

  EXPECT_EQ(shown(own), "");
  EXPECT_EQ(shown(others), "peer.driver.other-application");
  EXPECT_EQ(others.facts.driver, nullptr);
  EXPECT_FALSE(up(others));
  EXPECT_EQ(result_of(still), "not-modified");
  EXPECT_EQ(shown(still), "peer.driver.other-application") << "a 304 does not make it ours";

  driver.is(Driver::a_manifest({.app_id = "spark-1"}));

  EXPECT_EQ(rig.run().facts.driver, own.facts.driver);
}

TEST(Peers, AnotherExecutorIsNoDriver) {
  Driver driver;
  driver.knows("1.26.4");
  driver.is(Driver::a_manifest({.role = "executor"}));
  PeersRig rig;
  rig.driver(driver.address());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "peer.driver.not-a-driver");
  EXPECT_EQ(seen.facts.driver, nullptr);
}

TEST(Peers, AgentsOfTwoVersionsStillCompare) {
  Driver driver;
  driver.knows("1.26.4");
  driver.is(Driver::a_manifest({}, "99.0.0"));
  PeersRig rig;
  rig.driver(driver.address());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "peer.agent.version-differs");
  EXPECT_TRUE(up(seen));
  EXPECT_NE(seen.facts.driver, nullptr);
}

TEST(Peers, TheNoticeArrivesAsItWasSent) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());
  rig.world().identity.executor_id = "3";
  Snapshot snapshot = test::a_snapshot_of({"storage"});
  Observed fails = test::fails();
  fails.findings[0].subject = "10.10.0.10:/volume1/a, b\r\nX: \xc3\xa4";
  rig.before(fold(snapshot, test::a_run("storage", fails)));

  static_cast<void>(rig.run());

  const auto requests = driver.requests();
  const auto header = requests.at(0).header(kNoticeHeader);
  ASSERT_TRUE(header.has_value());
  const auto notice = parse_notice(*header);
  ASSERT_TRUE(notice.has_value()) << *header;
  EXPECT_EQ(notice->pod, "spark-exec-3");
  EXPECT_EQ(notice->executor, "3");
  EXPECT_EQ(notice->gate, GatePhase::holding);
  EXPECT_EQ(notice->verdict, Verdict::fail);
  EXPECT_EQ(notice->code, "nfs.export.read-only");
  EXPECT_EQ(notice->subject, "10.10.0.10:/volume1/a, b\\r\\nX: \xc3\xa4");
}

TEST(Peers, APodWithoutNameIsNamedByItsUid) {
  Driver driver;
  PeersRig rig;
  rig.driver(driver.address());
  rig.world().identity.pod_name.clear();
  rig.before(fold(test::a_snapshot_of({"storage"}), test::a_run("storage", test::passes())));

  static_cast<void>(rig.run());

  EXPECT_THAT(std::string(driver.requests().at(0).header(kNoticeHeader).value()),
              HasSubstr("pod=executor-uid,"));
}

TEST(Peers, BeforeAnythingWasLookedAtThereIsNothingToTell) {
  Driver driver;
  PeersRig rig;
  rig.driver(driver.address());
  Snapshot snapshot = test::a_snapshot_of({"agent", "storage"});
  rig.before(fold(snapshot, test::a_run("agent", test::passes())));

  static_cast<void>(rig.run());

  EXPECT_EQ(driver.requests().at(0).header(kNoticeHeader), std::nullopt);
}

struct AnswerCase {
  std::string name;
  Answer answer;
  std::string codes;
};

class Answered : public testing::TestWithParam<AnswerCase> {};

TEST_P(Answered, IsToldAndTheManifestStays) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig rig;
  rig.driver(driver.address());
  const Observed good = rig.run();
  driver.says([](const Request&) { return GetParam().answer; });

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), GetParam().codes);
  EXPECT_EQ(seen.facts.driver, nullptr) << "fold keeps the last one";
  EXPECT_FALSE(up(seen));
  EXPECT_EQ(seen.again_in, std::nullopt);

  driver.says(nullptr);
  const Observed back = rig.run();

  EXPECT_EQ(shown(back), "");
  EXPECT_EQ(back.facts.driver, good.facts.driver);
}

Answer a_body(std::string text, std::string type = std::string(kManifestContentType)) {
  return {.content_type = std::move(type), .body = std::move(text)};
}

INSTANTIATE_TEST_SUITE_P(
    Real,
    Answered,
    testing::Values(
        AnswerCase{"redirect",
                   {.status = 302, .headers = {{"Location", "http://192.0.2.1/v1/manifest"}}},
                   "peer.driver.unexpected-answer"},
        AnswerCase{"page", a_body("<html>", "text/html"), "peer.driver.unexpected-answer"},
        AnswerCase{"not_found", {.status = 404}, "peer.driver.unexpected-answer"},
        AnswerCase{"other_tag",
                   {.status = 304, .headers = {{"ETag", "\"other\""}}},
                   "peer.driver.unexpected-answer"},
        AnswerCase{"unauthorized", {.status = 401}, "?peer.driver.not-permitted"},
        AnswerCase{"forbidden", {.status = 403}, "?peer.driver.not-permitted"},
        AnswerCase{"garbage", a_body("{\"schema\":1,"), "peer.manifest.malformed"},
        AnswerCase{"no_object", a_body("[]"), "peer.manifest.malformed"},
        AnswerCase{"deep", a_body(std::string(100'000, '[')), "peer.manifest.malformed"},
        AnswerCase{"newer", a_body("{\"schema\":2}"), "?peer.manifest.schema"}),
    [](const auto& row) { return row.param.name; });

TEST(Peers, AnEtagThatCouldDoHarmIsNotSentBack) {
  Driver driver;
  driver.says([](const Request&) {
    Answer answer = a_body(to_json({.pod = {.role = "driver"}}));
    answer.headers = {{"ETag", "\"" + std::string(2'000, 'x') + "\""}};
    return answer;
  });
  PeersRig rig;
  rig.driver(driver.address());

  static_cast<void>(rig.run());
  const Observed second = rig.run();

  EXPECT_EQ(result_of(second), "manifest");
  EXPECT_EQ(driver.requests().at(1).header("If-None-Match"), std::nullopt);
}

TEST(Peers, AManifestBeyondTheBoundIsNotTaken) {
  Driver driver;
  driver.knows("1.26.4", 5'000);
  PeersRig rig;
  rig.driver(driver.address());
  rig.world().peer_bytes_max = 100'000;

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "peer.manifest.too-large");
  EXPECT_EQ(seen.facts.driver, nullptr);
}

std::string head(const std::string& more, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + std::string(kManifestContentType) + "\r\n" +
         more + "\r\n";
}

struct RawCase {
  std::string name;
  std::string reply;
  OneReplyServer::Then then;
  std::string codes;
};

class Raw : public testing::TestWithParam<RawCase> {};

TEST_P(Raw, ReplyIsBoundedAndToldByItsCode) {
  OneReplyServer server(GetParam().reply, GetParam().then);
  PeersRig rig;
  rig.driver("127.0.0.1:" + std::to_string(server.port()));
  const bool waits = GetParam().codes == "peer.driver.silent";

  const Observed seen = rig.run(waits ? milliseconds(300) : std::chrono::minutes(1));

  EXPECT_EQ(shown(seen), GetParam().codes);
  EXPECT_EQ(seen.facts.driver, nullptr);
  EXPECT_FALSE(up(seen));
  EXPECT_TRUE(seen.again_in.has_value()) << "it was never reached";
  if (waits) {
    // As it says itself: a clock would measure how busy the machine is.
    const std::string& message = seen.findings.at(0).message;
    const std::size_t at = message.find(" within ");
    ASSERT_NE(at, std::string::npos) << message;
    EXPECT_LT(std::stoi(message.substr(at + 8)), 300) << message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Wire,
    Raw,
    testing::Values(
        RawCase{"silent", "", kStay, "peer.driver.silent"},
        RawCase{
            "half_and_silent", head("Content-Length: 9\r\n") + "{", kStay, "peer.driver.silent"},
        RawCase{"closed", "", kClose, "?peer.driver.not-yet"},
        RawCase{"cut_in_half",
                head("Content-Length: 90\r\n") + "{\"schema\":1",
                kClose,
                "peer.driver.unexpected-answer"},
        RawCase{
            "cut_in_the_head", "HTTP/1.1 200 OK\r\nConte", kClose, "peer.driver.unexpected-answer"},
        RawCase{"two_gigabytes",
                head("Content-Length: 2147483648\r\n"),
                kStay,
                "peer.manifest.too-large"},
        RawCase{
            "no_number", head("Content-Length: -1\r\n"), kStay, "peer.driver.unexpected-answer"},
        RawCase{"not_modified_unasked",
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
                kStay,
                "peer.driver.unexpected-answer"},
        RawCase{"no_http", "SSH-2.0-OpenSSH_9.2\r\n\r\n", kStay, "peer.driver.unexpected-answer"},
        RawCase{"envoy",
                head("Content-Length: 2\r\n", "503 Service Unavailable") + "no",
                kStay,
                "?peer.driver.no-manifest"}),
    [](const auto& row) { return row.param.name; });

TEST(Peers, ChunksWithoutEndAreCutOff) {
  std::string reply = head("Transfer-Encoding: chunked\r\n");
  for (int i = 0; i < 300; ++i) reply += "400\r\n" + std::string(1'024, ' ') + "\r\n";
  OneReplyServer server(reply, kStay);
  PeersRig rig;
  rig.driver("127.0.0.1:" + std::to_string(server.port()));
  rig.world().peer_bytes_max = 200'000;

  EXPECT_EQ(shown(rig.run()), "peer.manifest.too-large");
}

std::string shown_clock(WallTime theirs) {
  const std::string body =
      to_json({.agent_version = SPARKWARDEN_VERSION, .pod = {.role = "driver"}});
  OneReplyServer server(head("Date: " + io::http_date(theirs) +
                             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
                            body,
                        kStay);
  PeersRig rig;
  rig.driver("127.0.0.1:" + std::to_string(server.port()));
  const Observed seen = rig.run();
  EXPECT_TRUE(up(seen));
  const double skew = value_of(seen, "sparkwarden_peer_clock_skew_seconds").value();
  return shown(seen) + (skew > 100 ? " ahead" : skew < -100 ? " behind" : "");
}

TEST(Peers, TwoClocksThatAreApartAreAWarning) {
  EXPECT_EQ(shown_clock(WallTime::clock::now() + minutes(20)), "peer.clock.skewed ahead");
  EXPECT_EQ(shown_clock(WallTime::clock::now() - minutes(20)), "peer.clock.skewed behind");
  EXPECT_EQ(shown_clock(WallTime::clock::now() - seconds(20)), "");
}

TEST(Address, IsTakenFromTheSettingsThenTheEnvironment) {
  Driver driver;
  driver.knows("1.26.4");
  PeersRig settings;
  settings.driver(driver.address());
  settings.world().environment["SPARKWARDEN_DRIVER_URL"] = "0.0.0.0";
  PeersRig environment;
  environment.world().environment["SPARKWARDEN_DRIVER_URL"] = "http://" + driver.address() + "/";

  EXPECT_EQ(shown(settings.run()), "");
  EXPECT_EQ(shown(environment.run()), "");
}

TEST(Address, OfNobodyIsUnknownWithThePlaces) {
  PeersRig rig;
  rig.world().environment["SPARKWARDEN_DRIVER_URL"] = "";

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "?peer.driver.unknown");
  EXPECT_EQ(
      seen.unlooked[0].message,
      "looked at: probes.peers.driver_url (empty), SPARKWARDEN_DRIVER_URL (empty), not at the "
      "Spark process (probes.peers.proc is false)");
  EXPECT_EQ(seen.again_in, std::nullopt);
  EXPECT_EQ(value_of(seen, "sparkwarden_peer_up"), 0.0);
  EXPECT_EQ(result_of(seen), "") << "nobody was asked";
}

TEST(Address, ThatIsNoneIsAnErrorWithItsPlace) {
  PeersRig wildcard;
  wildcard.world().environment["SPARKWARDEN_DRIVER_URL"] = "http://0.0.0.0:9797";
  PeersRig variable;
  variable.driver("$(POD_IP)");

  const Observed first = wildcard.run();
  const Observed second = variable.run();

  EXPECT_EQ(shown(first), "peer.driver.wildcard");
  EXPECT_EQ(first.findings[0].subject, "SPARKWARDEN_DRIVER_URL");
  EXPECT_EQ(shown(second), "peer.driver.invalid-url");
  EXPECT_EQ(second.findings[0].subject, "probes.peers.driver_url");
}

/// A /proc in which an executor's JVM runs, once it is started.
class Proc {
 public:
  Proc() = default;
  explicit Proc(const std::string& driver_url) { start(driver_url); }

  void start(const std::string& driver_url) {
    using namespace std::string_literals;
    dir_.write("17/cmdline",
               "/opt/java/bin/java\0-cp\0/opt/spark/jars/*\0"
               "org.apache.spark.executor.CoarseGrainedExecutorBackend\0"s);
    dir_.write("17/stat", "17 (java) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0\n");
    dir_.write("17/environ", "SPARK_USER=185\0SPARK_DRIVER_URL="s + driver_url + "\0"s);
    std::filesystem::create_directory(dir_.path() / "17/root");
  }
  [[nodiscard]] std::string path() const { return dir_.path().string(); }

 private:
  tests::TempDir dir_;
};

TEST(Address, IsReadFromTheSparkProcessByAChild) {
  const Proc proc("spark://CoarseGrainedScheduler@127.87.65.42:7078");
  PeersRig rig;
  rig.proc(proc.path());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "?peer.driver.not-yet");
  EXPECT_EQ(seen.unlooked[0].subject, "127.87.65.42:9797");
  EXPECT_THAT(seen.unlooked[0].message, HasSubstr("SPARK_DRIVER_URL of the Spark process"));
}

TEST(Address, OfTheSparkProcessMayBeAWildcard) {
  const Proc proc("spark://CoarseGrainedScheduler@0.0.0.0:7078");
  PeersRig rig;
  rig.proc(proc.path());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "peer.driver.wildcard");
  EXPECT_EQ(seen.findings[0].subject, "SPARK_DRIVER_URL of the Spark process");
}

TEST(Address, OfAProcessThatIsNotThereYetIsLookedForAgain) {
  const auto first_pause = AllOf(Ge(milliseconds(500)), Le(milliseconds(750)));
  Proc proc;
  PeersRig rig;
  rig.proc(proc.path());

  const Observed first = rig.run();
  const Observed second = rig.run();
  proc.start("spark://CoarseGrainedScheduler@127.87.65.42:7078");
  const Observed found = rig.run();

  EXPECT_EQ(shown(first), "?peer.driver.unknown");
  EXPECT_THAT(first.unlooked[0].message, HasSubstr("no Spark process is to be seen"));
  EXPECT_THAT(first.again_in.value(), first_pause);
  EXPECT_THAT(second.again_in.value(), Ge(milliseconds(1'000)));
  EXPECT_EQ(shown(found), "?peer.driver.not-yet");
  EXPECT_THAT(found.again_in.value(), first_pause) << "the first time that it is asked";
}

TEST(Address, InAnotherFormIsNone) {
  const Proc proc("local[*]");
  PeersRig rig;
  rig.proc(proc.path());

  const Observed seen = rig.run();

  EXPECT_EQ(shown(seen), "?peer.driver.unknown");
  EXPECT_THAT(seen.unlooked[0].message, HasSubstr("SPARK_DRIVER_URL is no spark:// URL"));
}

TEST(Address, ThatTheKernelDoesNotGiveOutDoesNotHoldTheProbe) {
  const tests::TempDir dir;
  const std::string hung = dir.write("hung", "#!/bin/sh\nexec sleep 600\n");
  std::filesystem::permissions(hung, std::filesystem::perms::owner_all);
  PeersRig rig;
  rig.proc("/proc");
  rig.world().executable = hung;

  const Observed seen = rig.run(milliseconds(400));

  EXPECT_EQ(shown(seen), "?peer.driver.unknown");
  EXPECT_THAT(seen.unlooked[0].message, HasSubstr("no answer from the kernel within"));
}

}  // namespace
}  // namespace sparkwarden::probes::peers
