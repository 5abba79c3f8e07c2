// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/verdict_line.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/text.hpp"

namespace sparkwarden::commands {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

struct LineCase {
  std::string name;
  std::string probes;  // the array of /status
  std::string line;
};

class VerdictLine : public testing::TestWithParam<LineCase> {};

TEST_P(VerdictLine, TellsWhatTheGateWaitsFor) {
  const std::string status = "{\"probes\":[" + GetParam().probes + "]}";

  EXPECT_EQ(verdict_line("gate failed", document_of_status(status)), GetParam().line);
}

const std::string kBroken =
    R"({"name":"storage","verdict":"fail","findings":[{"code":"nfs.server.silent",)"
    R"("severity":"error","subject":"nas","message":"no answer","fix":"look at it"}]})";
const std::string kPending =
    R"({"name":"config","verdict":"unknown","reason":"agent.run.pending"})";
const std::string kStale =
    R"({"name":"python","verdict":"unknown","reason":"agent.run.stale","findings":[],"unlooked":[]})";
const std::string kFine = R"({"name":"runtime","verdict":"pass","findings":[],"unlooked":[]})";

INSTANTIATE_TEST_SUITE_P(
    Status,
    VerdictLine,
    testing::Values(
        LineCase{"nothing_wrong", kFine, "sparkwarden: gate failed"},
        LineCase{"pending",
                 kFine + "," + kPending,
                 "sparkwarden: gate failed; unknown agent.run.pending config: a probe has not "
                 "reported yet; more: sparkwarden explain agent.run.pending"},
        LineCase{"stale",
                 kStale,
                 "sparkwarden: gate failed; unknown agent.run.stale python: the last result of a "
                 "probe is older than its max_age; more: sparkwarden explain agent.run.stale"},
        LineCase{
            "outdated",
            R"({"name":"python","verdict":"pass","outdated":true,"findings":[]})",
            "sparkwarden: gate failed; unknown agent.run.outdated python: the driver, the files "
            "or the settings changed, and a probe has not looked again yet; more: sparkwarden "
            "explain agent.run.outdated"},
        LineCase{"an_error_comes_first",
                 kPending + "," + kBroken,
                 "sparkwarden: gate failed; error nfs.server.silent nas: no answer; fix: look at "
                 "it; more: sparkwarden explain nfs.server.silent"}),
    [](const auto& row) { return row.param.name; });

TEST(VerdictLineOf, WhatTheGateDoesNotWaitForIsNotTheReason) {
  const std::string agent =
      R"({"name":"agent","verdict":"fail","findings":[{"code":"agent.port.taken",)"
      R"("severity":"error","subject":"9797","message":"taken"}]})";
  const auto line = [](const std::string& gate, const std::string& probes) {
    const std::string status = "{\"gate\":" + gate + ",\"probes\":[" + probes + "]}";
    return verdict_line("gate failed", document_of_status(status));
  };

  EXPECT_THAT(line(R"({"probes":["config"]})", kBroken + "," + kPending),
              HasSubstr("unknown agent.run.pending config"));
  EXPECT_THAT(line(R"({"probes":["config","agent"]})", kPending + "," + agent),
              HasSubstr("error agent.port.taken"))
      << "it holds the gate";
  EXPECT_THAT(line(R"({"probes":["config"]})", kPending + "," + agent),
              HasSubstr("unknown agent.run.pending config"))
      << "it does not";
  EXPECT_THAT(line(R"({"probes":["runtime"]})", kFine + "," + agent),
              HasSubstr("error agent.port.taken"))
      << "there is nothing else to tell";
  EXPECT_THAT(line(R"({"phase":"failed"})", kBroken), HasSubstr("nfs.server.silent"));
}

TEST(VerdictLineOf, ALongMessageLeavesRoomForTheFix) {
  exporters::ReportDocument document;
  std::string umlauts;
  while (umlauts.size() < 5'000) umlauts += "\xC3\xA4";
  Finding finding{.code = "nfs.server.silent", .message = umlauts};
  finding.subject = std::string(4'000, 's');
  finding.fix = "look at it";
  document.checks.push_back({.name = "storage", .findings = {finding}});

  for (std::size_t shift = 0; shift < 4; ++shift) {
    const std::string line = verdict_line(std::string(shift, 'x'), document);
    EXPECT_LE(line.size(), kVerdictLineMax);
    EXPECT_GT(line.size(), kVerdictLineMax - 3) << "the room is used";
    EXPECT_TRUE(is_utf8(line));
    EXPECT_THAT(line,
                EndsWith("...; fix: look at it; more: sparkwarden explain nfs.server.silent"));
  }
}

TEST(VerdictLineOf, NothingMakesItLongerThanTheKubeletKeeps) {
  exporters::ReportDocument document;
  const std::string hostile(9'000, '\x01');
  Finding finding{.code = hostile, .subject = hostile, .message = hostile};
  finding.fix = hostile;
  document.checks.push_back({.name = "storage", .findings = {finding}});

  const std::string line = verdict_line(hostile, document);

  EXPECT_LE(line.size(), kVerdictLineMax);
  EXPECT_EQ(printable(line), line);
}

TEST(VerdictLineOf, SomethingElseThanAStatusIsTheOutcomeAlone) {
  for (const char* text : {"", "[]", "{\"probes\":7}", "{\"probes\":[7]}"}) {
    EXPECT_EQ(verdict_line("gate failed", document_of_status(text)), "sparkwarden: gate failed");
  }
}

}  // namespace
}  // namespace sparkwarden::commands
