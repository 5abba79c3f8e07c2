// SPDX-License-Identifier: Apache-2.0
// Thousands of runs of the real storage probe against a real server that misbehaves at random, and
// what must hold all the while: one verdict a run, on time, and nothing left behind.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "agent/core/time.hpp"

namespace sparkwarden::tests {

struct SoakPlan {
  int version = 4;
  int light = 5'000;
  int full = 500;
  std::uint64_t seed = 1;
  milliseconds overrun_max{500};     // of a run, past its deadline
  std::ostream* progress = nullptr;  // null: silent
};

struct SoakResult {
  int light = 0;
  int full = 0;     // with and without a fault, like the light ones
  int healing = 0;  // full runs without a fault, after each run that failed
  std::map<std::string, int> verdicts = {};
  std::map<std::string, int> faults = {};  // injected, by kind
  std::map<std::string, int> codes = {};   // found
  int repeated = 0;                        // of those: a busy machine had made the server late
  int restarts = 0;                        // of the server
  milliseconds took{0};
  milliseconds deadline{0};       // of each run
  milliseconds worst_overrun{0};  // past it
  int tokens_written = 0;         // by the driver of a mount_soak
  int tokens_seen = 0;            // by its executors, through their mount
  int children_before = 0;
  int children_after = 0;
  int descriptors_before = 0;
  int descriptors_after = 0;
  long rss_warm_kib = 0;  // after the first tenth
  long rss_end_kib = 0;
  std::vector<std::string> left = {};    // files on the export after the last, healthy run
  std::vector<std::string> broken = {};  // what did not hold, at most 20 lines
};

/// Needs root and NFS-Ganesha (why_no_ganesha).
[[nodiscard]] SoakResult soak(const SoakPlan& plan);

/// The figures as lines of text.
void print(const SoakResult& result, std::ostream& out);

}  // namespace sparkwarden::tests
