// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/verdict_line.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::commands {
namespace {

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
                 "reported yet"},
        LineCase{"stale",
                 kStale,
                 "sparkwarden: gate failed; unknown agent.run.stale python: the last result of a "
                 "probe is older than its max_age"},
        LineCase{"an_error_comes_first",
                 kPending + "," + kBroken,
                 "sparkwarden: gate failed; error nfs.server.silent nas: no answer; fix: look at "
                 "it; more: sparkwarden explain nfs.server.silent"}),
    [](const auto& row) { return row.param.name; });

TEST(VerdictLineOf, SomethingElseThanAStatusIsTheOutcomeAlone) {
  for (const char* text : {"", "[]", "{\"probes\":7}", "{\"probes\":[7]}"}) {
    EXPECT_EQ(verdict_line("gate failed", document_of_status(text)), "sparkwarden: gate failed");
  }
}

}  // namespace
}  // namespace sparkwarden::commands
