// SPDX-License-Identifier: Apache-2.0
#include "agent/io/child_protocol.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sparkwarden::io {
namespace {

const std::vector<ChildEvent> kEveryKind{
    StepBegin{"mount", "wire"},
    StepEnd{.step = "mount", .took = microseconds(1830)},
    StepEnd{.step = "create",
            .took = microseconds(310),
            .ok = false,
            .symbol = "NFS3ERR_ROFS",
            .error = 30,
            .text = "create failed"},
    StepEnd{.step = "write", .took = microseconds(5), .ok = false, .text = "no symbol, no number"},
    ChildFact{"fsid", "2a"},
    ChildManifest{R"({"schema":1})"},
    ChildDone{}};

TEST(ChildProtocol, WhatIsWrittenIsRead) {
  for (const ChildEvent& event : kEveryKind) {
    std::string line = to_line(event);

    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    const auto read = parse_event(line);

    ASSERT_TRUE(read.has_value()) << line << read.error();
    EXPECT_EQ(*read, event) << line;
  }
}

TEST(ChildProtocol, LinesLookAsDocumented) {
  EXPECT_EQ(to_line(StepBegin{"mount", "wire"}),
            "{\"v\":1,\"event\":\"begin\",\"step\":\"mount\",\"via\":\"wire\"}\n");
  EXPECT_EQ(to_line(ChildDone{}), "{\"event\":\"done\"}\n");
}

TEST(ChildProtocol, AManifestMayBeLongerThanOtherLines) {
  const std::string document = "{\"name\":\"" + std::string(1 << 20, 'x') + "\"}";

  const Transcript said = read_transcript(to_line(ChildManifest{document}) +
                                          to_line(ChildFact{"root", "/"}) + to_line(ChildDone{}));

  EXPECT_TRUE(said.done);
  ASSERT_NE(said.manifest(), nullptr);
  EXPECT_EQ(*said.manifest(), document);
  EXPECT_EQ(said.fact("root"), "/");
  EXPECT_EQ(read_transcript(to_line(ChildDone{})).manifest(), nullptr);
}

TEST(ChildProtocol, AServersBytesAreMadeHarmless) {
  const std::string line = to_line(
      StepEnd{.step = "stat", .ok = false, .text = "a\n\x1b[31m\xff" + std::string(600, 'x')});

  const auto read = parse_event(std::string_view(line).substr(0, line.size() - 1));

  ASSERT_TRUE(read.has_value()) << read.error();
  const auto& end = std::get<StepEnd>(*read);
  EXPECT_EQ(end.text.substr(0, 8), "a??[31m?");
  EXPECT_EQ(end.text.size(), 512U);
}

TEST(ChildProtocol, ATakenOverChildCannotSteerATerminal) {
  const auto read = parse_event(R"({"event":"fact","key":"k","value":"a\u001b[2Jb\u202e"})");

  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(std::get<ChildFact>(*read).value, "a?[2Jb???");
}

struct BadLine {
  std::string name;
  std::string line;
  std::string trouble;
};

class BadLines : public testing::TestWithParam<BadLine> {};

TEST_P(BadLines, AreRefusedWithTheReason) {
  const auto read = parse_event(GetParam().line);

  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error(), GetParam().trouble);
}

INSTANTIATE_TEST_SUITE_P(
    ChildProtocol,
    BadLines,
    testing::Values(
        BadLine{"empty", "", "not a JSON object"},
        BadLine{"no_json", "Segmentation fault", "not a JSON object"},
        BadLine{"array", "[1]", "not a JSON object"},
        BadLine{"two_values", "{} {}", "not a JSON object"},
        BadLine{"no_event", "{}", "an event of unknown kind"},
        BadLine{"unknown_event", R"({"event":"dance"})", "an event of unknown kind"},
        BadLine{"event_no_text", R"({"event":1})", "an event of unknown kind"},
        BadLine{
            "other_version", R"({"v":2,"event":"begin","step":"s","via":"wire"})", "other version"},
        BadLine{"no_version", R"({"event":"begin","step":"s","via":"wire"})", "other version"},
        BadLine{"missing_via", R"({"v":1,"event":"begin","step":"s"})", "`via` is missing"},
        BadLine{"unknown_member", R"({"event":"done","x":1})", "unknown member"},
        BadLine{"negative_time",
                R"({"event":"end","step":"s","us":-1,"status":"ok"})",
                "`us` is not a number from 0 to 3600000000"},
        BadLine{"huge_time",
                R"({"event":"end","step":"s","us":99999999999999999999,"status":"ok"})",
                "`us` is not a number from 0 to 3600000000"},
        BadLine{"error_without_text",
                R"({"event":"end","step":"s","us":1,"status":"error"})",
                "`text` is missing"},
        BadLine{"long_text",
                R"({"event":"fact","key":"k","value":")" + std::string(600, 'x') + "\"}",
                "`value` is not a text of at most 512 bytes"},
        BadLine{"long_line", std::string(5000, ' '), "a line of more than 4096 bytes"}),
    [](const auto& test) { return test.param.name; });

std::string joined(const std::vector<ChildEvent>& events) {
  std::string output;
  for (const ChildEvent& event : events) output += to_line(event);
  return output;
}

TEST(Transcript, HoldsAllEventsAndKnowsTheEnd) {
  const std::vector<ChildEvent> events{
      StepBegin{"mount", "wire"}, StepEnd{.step = "mount"}, ChildFact{"fsid", "2a"}, ChildDone{}};

  const Transcript transcript = read_transcript(joined(events));

  EXPECT_EQ(transcript, (Transcript{.events = events, .done = true}));
  EXPECT_EQ(transcript.open_step(), nullptr);
  EXPECT_EQ(transcript.fact("fsid"), "2a");
  EXPECT_EQ(transcript.fact("none"), std::nullopt);
}

TEST(Transcript, NamesTheStepThatWasCutOff) {
  const std::string output = joined({StepBegin{"mount", "wire"},
                                     StepEnd{.step = "mount"},
                                     StepBegin{"write", "wire"},
                                     ChildFact{"k", "v"}});

  const Transcript transcript = read_transcript(output);

  ASSERT_NE(transcript.open_step(), nullptr);
  EXPECT_EQ(transcript.open_step()->step, "write");
  EXPECT_FALSE(transcript.done);
}

TEST(Transcript, AHalfLineAtTheEndIsNoGarbage) {
  const std::string output = to_line(StepBegin{"mount", "wire"}) + R"({"event":"en)";

  const Transcript transcript = read_transcript(output);

  EXPECT_EQ(transcript.garbage, "");
  EXPECT_EQ(transcript.events.size(), 1U);
}

struct BadOrder {
  std::string name;
  std::string output;
  std::string garbage;
  std::size_t events;
};

class BadOrders : public testing::TestWithParam<BadOrder> {};

TEST_P(BadOrders, AreGarbageFromThatLineOn) {
  const Transcript transcript = read_transcript(GetParam().output);

  EXPECT_EQ(transcript.garbage, GetParam().garbage);
  EXPECT_EQ(transcript.events.size(), GetParam().events);
}

INSTANTIATE_TEST_SUITE_P(
    Transcript,
    BadOrders,
    testing::Values(BadOrder{"not_ours", "hello\n", "not a JSON object", 0},
                    BadOrder{"step_in_step",
                             joined({StepBegin{"a", "wire"}, StepBegin{"b", "wire"}}),
                             "a step inside a step",
                             1},
                    BadOrder{"end_of_nothing",
                             joined({StepEnd{.step = "a"}}),
                             "the end of a step that was not begun",
                             0},
                    BadOrder{"end_of_another",
                             joined({StepBegin{"a", "wire"}, StepEnd{.step = "b"}}),
                             "the end of a step that was not begun",
                             1},
                    BadOrder{"after_the_end",
                             joined({ChildDone{}, ChildFact{"k", "v"}}),
                             "a line after `done`",
                             1},
                    BadOrder{"too_many",
                             joined(std::vector<ChildEvent>(300, ChildFact{"k", "v"})),
                             "more than 256 events",
                             256}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sparkwarden::io
