// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/process.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sparkwarden::exporters {

void PrintTo(const ProcessSample& sample, std::ostream* out) {
  *out << "cpu " << sample.cpu_seconds.value_or(-1) << ", start "
       << sample.start_time_seconds.value_or(-1) << ", resident "
       << sample.resident_bytes.value_or(0) << ", virtual " << sample.virtual_bytes.value_or(0);
}

namespace {

constexpr ProcessUnits kUnits{
    .ticks_per_second = 100, .page_bytes = 4096, .boot_time_seconds = 1'769'000'000};

/// A line of /proc/PID/stat of a process with this name.
std::string stat_of(const std::string& name) {
  return "4711 (" + name +
         ") S 1 4711 4711 0 -1 4194560 1030 0 12 0 125 50 0 0 20 0 3 0 8625 33554432 2200 "
         "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

TEST(Process, IsReadFromItsStatLine) {
  const auto sample = parse_process(stat_of("sparkwarden"), kUnits);

  const ProcessSample expected{.cpu_seconds = 1.75,
                               .start_time_seconds = 1'769'000'086.25,
                               .resident_bytes = 2200 * 4096,
                               .virtual_bytes = 33'554'432};
  EXPECT_EQ(sample, expected);
}

TEST(Process, MayHaveAnyName) {
  EXPECT_EQ(parse_process(stat_of("a) R 9 (b"), kUnits), parse_process(stat_of("a"), kUnits));
}

TEST(Process, HasNoStartTimeWhereTheBootTimeIsUnknown) {
  const auto sample = parse_process(stat_of("a"), {.boot_time_seconds = 0});

  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->start_time_seconds, std::nullopt);
  EXPECT_TRUE(sample->cpu_seconds.has_value());
}

TEST(Process, IsNothingWhenTheLineIsNotInItsForm) {
  std::string with_word = stat_of("a");
  with_word.replace(with_word.find(" 2200 "), 6, " many ");

  for (const std::string& text :
       {std::string(), std::string("4711"), std::string("4711 (a) S 1 2 3"), with_word}) {
    EXPECT_EQ(parse_process(text, kUnits), std::nullopt) << text;
  }
}

TEST(BootTime, IsTheLineOfItsName) {
  EXPECT_EQ(parse_boot_time("cpu  1 2 3\nctxt 4\nbtime 1769000000\nprocesses 5\n"), 1'769'000'000U);
  EXPECT_EQ(parse_boot_time("cpu  1 2 3\n"), std::nullopt);
  EXPECT_EQ(parse_boot_time("\nbtime soon\n"), std::nullopt);
  EXPECT_EQ(parse_boot_time(""), std::nullopt);
}

}  // namespace
}  // namespace sparkwarden::exporters
