// SPDX-License-Identifier: Apache-2.0
// What a fleet of executors with default settings costs the server, by arithmetic: the schedule's
// own, and the RPC counts that rpc_count_test measures.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "agent/config/config.hpp"
#include "agent/core/schedule.hpp"
#include "probes/registry.hpp"
#include "probes/storage/probe.hpp"

namespace sparkwarden::tests {
namespace {

constexpr std::size_t kExecutors = 500;
constexpr std::int64_t kSteadyFrom = 10 * 60;  // seconds after the start
constexpr std::int64_t kEnd = 70 * 60;

// Of tests/golden/rpc-counts.txt; 0: there is no such line.
int rpcs_of(const std::string& run) {
  std::ifstream file(std::string(SPARKWARDEN_SOURCE_DIR) + "/tests/golden/rpc-counts.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(run + ": ")) return std::atoi(line.c_str() + run.size() + 2);
  }
  return 0;
}

struct Load {
  double average = 0;  // RPCs a second
  int peak = 0;        // in the busiest second
};

Load load_of_light_runs(int rpcs, const settings::ProbeCommon& common, int jitter_percent) {
  std::vector<int> seconds(kEnd);
  for (std::size_t executor = 0; executor < kExecutors; ++executor) {
    const std::uint64_t seed = 0x9E3779B97F4A7C15ULL * (executor + 1);
    Instant due{};  // all of them start in the same instant, which is the worst there is
    for (std::uint64_t run = 1;; ++run) {
      due = next_due(due, common.period, jitter_percent, seed, run);
      const auto second =
          std::chrono::duration_cast<std::chrono::seconds>(due.time_since_epoch()).count();
      if (second >= kEnd) break;
      seconds[static_cast<std::size_t>(second)] += rpcs;
    }
  }
  Load load;
  for (auto second = seconds.begin() + kSteadyFrom; second != seconds.end(); ++second) {
    load.average += *second / static_cast<double>(kEnd - kSteadyFrom);
    load.peak = std::max(load.peak, *second);
  }
  return load;
}

TEST(StorageFleet, FiveHundredExecutorsCostTheServerLessThanTwentyRpcsASecond) {
  const auto& rows = probes::registry();
  const auto row = std::find_if(
      rows.begin(), rows.end(), [](const auto& each) { return each.name == "storage"; });
  ASSERT_NE(row, rows.end());
  const std::shared_ptr<settings::ProbeSettings> own = row->make_settings();
  // Executors write once, at their start: the steady state is light runs alone.
  ASSERT_EQ(row->full_every(*own, Role::executor), std::nullopt);

  for (const int version : {3, 4}) {
    const int rpcs = rpcs_of("light version " + std::to_string(version));
    ASSERT_GT(rpcs, 0);
    const Load load = load_of_light_runs(rpcs, row->defaults, kPeriodJitterPercent);
    std::cout << kExecutors << " executors, server with version " << version
              << " only: " << load.average << " RPC/s on average, " << load.peak
              << " in the busiest second of an hour\n";
    RecordProperty("rpcs_per_second_v" + std::to_string(version), std::to_string(load.average));
    EXPECT_LE(load.average, 20.0);
  }
}

}  // namespace
}  // namespace sparkwarden::tests
