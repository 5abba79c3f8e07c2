// SPDX-License-Identifier: Apache-2.0
#include "exporters/health/health.hpp"

#include <gtest/gtest.h>

#include "tests/support/builders.hpp"

namespace sparkwarden::exporters {

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.status << ' ' << testing::PrintToString(answer.body);
}

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

Request get(std::string path, Query query = {}) {
  return {.method = "GET",
          .path = std::move(path),
          .query = std::move(query),
          .headers = {{"Accept", "*/*"}}};
}

Readiness broken() {
  return {.ready = false,
          .checks = {{.name = "config", .ok = true},
                     {.name = "storage", .ok = false, .reason = "nfs.export.read-only"},
                     {.name = "runtime", .ok = false, .reason = "unknown:agent.run.pending"}}};
}

Readiness well() {
  return {.ready = true,
          .checks = {{.name = "config", .ok = true}, {.name = "storage", .ok = true}}};
}

struct ReadyCase {
  std::string name;
  Readiness readiness;
  Query query;
  unsigned status;
  std::string body;
};

class Readyz : public testing::TestWithParam<ReadyCase> {};

TEST_P(Readyz, AnswersLikeKubeApiserver) {
  const Answer answer = readyz(GetParam().readiness, get("/readyz", GetParam().query));

  const Answer expected{.status = GetParam().status, .body = GetParam().body};
  EXPECT_EQ(answer, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Health,
    Readyz,
    testing::Values(
        ReadyCase{"ready_is_two_bytes", well(), {}, 200, "ok"},
        ReadyCase{"verbose",
                  well(),
                  {{"verbose", ""}},
                  200,
                  "[+]config ok\n[+]storage ok\nreadyz check passed\n"},
        ReadyCase{"verbose_with_value",
                  well(),
                  {{"verbose", "false"}},
                  200,
                  "[+]config ok\n[+]storage ok\nreadyz check passed\n"},
        ReadyCase{"failure_is_always_verbose",
                  broken(),
                  {},
                  500,
                  "[+]config ok\n[-]storage failed: nfs.export.read-only\n"
                  "[-]runtime failed: unknown:agent.run.pending\nreadyz check failed\n"},
        ReadyCase{"excluded_failures_do_not_count",
                  broken(),
                  {{"exclude", "storage"}, {"exclude", "runtime"}},
                  200,
                  "ok"},
        ReadyCase{"excluded_one_of_two",
                  broken(),
                  {{"exclude", "storage"}},
                  500,
                  "[+]config ok\n[+]storage excluded: ok\n"
                  "[-]runtime failed: unknown:agent.run.pending\nreadyz check failed\n"},
        ReadyCase{"unknown_exclusions_are_warned_about_in_order",
                  well(),
                  {{"verbose", ""}, {"exclude", "z"}, {"exclude", "b\x1b"}, {"exclude", "config"}},
                  200,
                  "[+]config excluded: ok\n[+]storage ok\n"
                  "warn: some health checks cannot be excluded: no matches for \"b\\x1b\", \"z\"\n"
                  "readyz check passed\n"},
        ReadyCase{"a_comma_is_part_of_a_name",
                  well(),
                  {{"verbose", ""}, {"exclude", "config,storage"}},
                  200,
                  "[+]config ok\n[+]storage ok\n"
                  "warn: some health checks cannot be excluded: no matches for \"config,storage\"\n"
                  "readyz check passed\n"},
        ReadyCase{"excluded_twice",
                  broken(),
                  {{"exclude", "storage"}, {"exclude", "storage"}, {"exclude", "runtime"}},
                  200,
                  "ok"},
        ReadyCase{"a_failure_warns_before_its_last_line",
                  broken(),
                  {{"exclude", "nobody"}},
                  500,
                  "[+]config ok\n[-]storage failed: nfs.export.read-only\n"
                  "[-]runtime failed: unknown:agent.run.pending\n"
                  "warn: some health checks cannot be excluded: no matches for \"nobody\"\n"
                  "readyz check failed\n"},
        ReadyCase{"other_parameters_mean_nothing",
                  well(),
                  {{"Verbose", ""}, {"exclude[]", "config"}, {"timeout", "5s"}},
                  200,
                  "ok"},
        ReadyCase{"alive_policy",
                  {.ready = true, .checks = {{.name = "ping", .ok = true}}},
                  {{"verbose", ""}},
                  200,
                  "[+]ping ok\nreadyz check passed\n"}),
    [](const auto& row) { return row.param.name; });

TEST(Livez, PassesWhileTheLoopTurns) {
  const LoopHealth health{.lag = kLoopLagMax};

  EXPECT_EQ(livez(health, get("/livez")), (Answer{.status = 200, .body = "ok"}));
  EXPECT_EQ(livez(health, get("/healthz", {{"verbose", ""}})),
            (Answer{.status = 200, .body = "[+]loop ok\n[+]scheduler ok\nhealthz check passed\n"}));
}

TEST(Livez, FailsWhenTheLoopStalls) {
  const LoopHealth health{.lag = kLoopLagMax + milliseconds{1}};

  EXPECT_EQ(livez(health, get("/livez")),
            (Answer{.status = 500,
                    .body = "[-]loop failed: stalled for 5001 ms\n[+]scheduler ok\n"
                            "livez check failed\n"}));
}

TEST(Livez, FailsWhenARunHasNoOutcome) {
  const LoopHealth health{.overdue = "storage"};

  EXPECT_EQ(livez(health, get("/livez")),
            (Answer{.status = 500,
                    .body = "[+]loop ok\n[-]scheduler failed: storage has no outcome\n"
                            "livez check failed\n"}));
}

TEST(Startupz, CarriesTheGateInItsHeader) {
  EXPECT_EQ(startupz(GatePhase::open, get("/startupz")),
            (Answer{.status = 200, .body = "ok", .headers = {{"Sparkwarden-Gate", "open"}}}));
  EXPECT_EQ(startupz(GatePhase::holding, get("/startupz")),
            (Answer{.status = 500,
                    .body = "[-]gate failed: holding\nstartupz check failed\n",
                    .headers = {{"Sparkwarden-Gate", "holding"}}}));
  EXPECT_EQ(startupz(GatePhase::failed, get("/startupz")),
            (Answer{.status = 500,
                    .body = "[-]gate failed: failed\nstartupz check failed\n",
                    .headers = {{"Sparkwarden-Gate", "failed"}}}));
}

TEST(Livez, HasAPathForEachCheck) {
  const LoopHealth health{.lag = kLoopLagMax + milliseconds{1}};

  EXPECT_EQ(livez_check(health, "scheduler"), (Answer{.status = 200, .body = "ok"}));
  EXPECT_EQ(livez_check(health, "loop"),
            (Answer{.status = 500, .body = "internal server error: stalled for 5001 ms\n"}));
  EXPECT_EQ(livez_check(health, "ping").status, 404U);
  EXPECT_EQ(livez_check(health, "").status, 404U);
}

TEST(Startupz, HasAPathForItsCheck) {
  EXPECT_EQ(startupz_check(GatePhase::holding, "gate"),
            (Answer{.status = 500,
                    .body = "internal server error: holding\n",
                    .headers = {{"Sparkwarden-Gate", "holding"}}}));
  EXPECT_EQ(startupz_check(GatePhase::open, "gate").body, "ok");
  EXPECT_EQ(startupz_check(GatePhase::open, "other").status, 404U);
}

TEST(OneCheck, TellsOnlyItsOwnReason) {
  EXPECT_EQ(one_check({.name = "storage", .ok = true}), (Answer{.status = 200, .body = "ok"}));
  EXPECT_EQ(one_check({.name = "storage", .ok = false, .reason = "nfs.server.silent"}),
            (Answer{.status = 500, .body = "internal server error: nfs.server.silent\n"}));
}

TEST(Readyz, FollowsASnapshot) {
  const Snapshot snapshot = tests::a_snapshot();

  const Answer answer = readyz(decide(snapshot, ReadyPolicy::verdict, tests::kNow), get("/readyz"));

  EXPECT_EQ(answer,
            (Answer{.status = 500,
                    .body = "[+]config ok\n[-]storage failed: nfs.export.read-only\n"
                            "[-]runtime failed: unknown:runtime.jars.unreadable\n"
                            "[-]python failed: unknown:agent.run.pending\nreadyz check failed\n"}));
}

}  // namespace
}  // namespace sparkwarden::exporters
