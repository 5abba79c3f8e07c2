// SPDX-License-Identifier: Apache-2.0
#include "exporters/log/log_line.hpp"

#include <gtest/gtest.h>

#include "tests/support/builders.hpp"
#include "tests/support/golden.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr WallTime kTime = tests::kStartWall + milliseconds{5'123};

ProbeTransition storage_fails() {
  return {.probe = "storage",
          .was = Verdict::pass,
          .now = Verdict::fail,
          .code = "nfs.export.read-only",
          .subject = "10.10.0.10:/volume1/spark-checkpoints",
          .message = "the server refuses to write: \"NFS3ERR_ROFS\"\nagain",
          .fix = "export it with `rw`"};
}

TEST(LogRecord, OfAVerdictHasItsReason) {
  const LogRecord record = to_record(storage_fails());

  const LogRecord expected{.level = LogLevel::error,
                           .event = "verdict",
                           .fields = {{"probe", "storage"},
                                      {"verdict", "fail"},
                                      {"was", "pass"},
                                      {"code", "nfs.export.read-only"},
                                      {"subject", "10.10.0.10:/volume1/spark-checkpoints"},
                                      {"message", storage_fails().message},
                                      {"fix", "export it with `rw`"}}};
  EXPECT_EQ(record, expected);
}

TEST(LogRecord, OfTheFirstReportHasNoPast) {
  const LogRecord record =
      to_record(ProbeTransition{.probe = "config", .now = Verdict::pass, .first = true});

  const LogRecord expected{.level = LogLevel::info,
                           .event = "verdict",
                           .fields = {{"probe", "config"}, {"verdict", "pass"}}};
  EXPECT_EQ(record, expected);
}

TEST(LogRecord, LevelFollowsTheVerdict) {
  const auto level = [](Verdict now) {
    return to_record(ProbeTransition{.probe = "config", .now = now}).level;
  };

  EXPECT_EQ(level(Verdict::pass), LogLevel::info);
  EXPECT_EQ(level(Verdict::warn), LogLevel::warning);
  EXPECT_EQ(level(Verdict::unknown), LogLevel::warning);
  EXPECT_EQ(level(Verdict::fail), LogLevel::error);
}

TEST(LogRecord, OfAFailedGateIsAnError) {
  const LogRecord record = to_record({.was = GatePhase::holding, .now = GatePhase::failed});

  const LogRecord expected{.level = LogLevel::error,
                           .event = "gate",
                           .fields = {{"phase", "failed"}, {"was", "holding"}}};
  EXPECT_EQ(record, expected);
}

TEST(LogRecord, OfAGateSaysWhatHeldItOrWouldHave) {
  GateTransition transition{.was = GatePhase::holding,
                            .now = GatePhase::open,
                            .code = "nfs.export.read-only",
                            .subject = "nas",
                            .message = "read-only",
                            .fix = "export it rw"};

  const LogRecord let_through = to_record(transition);
  transition.now = GatePhase::failed;
  const LogRecord failed = to_record(transition);

  EXPECT_EQ(let_through.level, LogLevel::warning);
  EXPECT_EQ(failed.level, LogLevel::error);
  EXPECT_EQ(text_line(failed, kTime),
            "2026-01-31T12:00:05.123Z error gate phase=failed was=holding "
            "code=nfs.export.read-only subject=nas message=read-only fix=\"export it rw\" "
            "more=\"sparkwarden explain nfs.export.read-only\"");
}

TEST(LogLine, IsAsReviewed) {
  std::string lines;
  const Snapshot before =
      tests::empty_snapshot({"agent", "config", "storage", "runtime", "python"});
  Snapshot after = tests::a_snapshot();
  after.gate.phase = GatePhase::open;
  for (const LogRecord& record : to_records(diff(before, after))) {
    lines += text_line(record, kTime) + '\n' + json_line(record, kTime) + '\n';
  }

  EXPECT_EQ(lines, tests::golden("log.txt", lines));
}

TEST(LogLine, IsOneLineWhateverItHolds) {
  const std::string text = text_line(to_record(storage_fails()), kTime);
  const std::string json = json_line(to_record(storage_fails()), kTime);

  EXPECT_EQ(text,
            "2026-01-31T12:00:05.123Z error verdict probe=storage verdict=fail was=pass "
            "code=nfs.export.read-only subject=10.10.0.10:/volume1/spark-checkpoints "
            "message=\"the server refuses to write: \\\"NFS3ERR_ROFS\\\"\\nagain\" "
            "fix=\"export it with `rw`\"");
  EXPECT_EQ(json,
            R"({"time":"2026-01-31T12:00:05.123Z","level":"error","event":"verdict",)"
            R"("probe":"storage","verdict":"fail","was":"pass","code":"nfs.export.read-only",)"
            R"("subject":"10.10.0.10:/volume1/spark-checkpoints",)"
            R"("message":"the server refuses to write: \"NFS3ERR_ROFS\"\nagain",)"
            R"("fix":"export it with `rw`"})");
}

TEST(LogLine, QuotesWhatWouldBeReadOtherwise) {
  const LogRecord record{.level = LogLevel::info,
                         .event = "x",
                         .fields = {{"a", "plain"}, {"b", ""}, {"c", "k=v"}, {"d", "\x1b[2J"}}};

  EXPECT_EQ(text_line(record, kTime),
            "2026-01-31T12:00:05.123Z info x a=plain b=\"\" c=\"k=v\" d=\\x1b[2J");
}

TEST(LogLine, NoValueReadsAsFieldsOfItsOwn) {
  const LogRecord record{.level = LogLevel::info,
                         .event = "executor",
                         .fields = {{"subject", "x\\\" phase=\"open"}, {"path", "C:\\x y\\"}}};

  EXPECT_EQ(text_line(record, kTime),
            R"(2026-01-31T12:00:05.123Z info executor subject="x\\\" phase=\"open" )"
            R"(path="C:\\x y\\")");
}

}  // namespace
}  // namespace sparkwarden::exporters
