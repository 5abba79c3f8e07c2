// SPDX-License-Identifier: Apache-2.0
// The standard process_* figures, out of the text of /proc/self/stat. Reading it is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sparkwarden::exporters {

/// What sysconf and /proc/stat say once: _SC_CLK_TCK, _SC_PAGESIZE, and the `btime` line.
struct ProcessUnits {
  long ticks_per_second = 100;
  long page_bytes = 4096;
  std::uint64_t boot_time_seconds = 0;  // since the epoch; 0: not known
};

/// Members without a value are not exported.
struct ProcessSample {
  std::optional<double> cpu_seconds = {};
  std::optional<double> start_time_seconds = {};
  std::optional<std::uint64_t> resident_bytes = {};
  std::optional<std::uint64_t> virtual_bytes = {};
  std::optional<std::uint64_t> open_fds = {};  // counted by the caller
  std::optional<std::uint64_t> max_fds = {};   // RLIMIT_NOFILE

  bool operator==(const ProcessSample&) const = default;
};

/// CPU time, start time and memory; nullopt if `stat` is not in the form of proc(5).
/// Source: proc(5), /proc/[pid]/stat fields 14, 15, 22, 23, 24; the name in field 2 may hold
/// anything.
[[nodiscard]] std::optional<ProcessSample> parse_process(std::string_view stat, ProcessUnits units);

/// The `btime` line of /proc/stat, seconds since the epoch; nullopt if there is none.
[[nodiscard]] std::optional<std::uint64_t> parse_boot_time(std::string_view stat);

}  // namespace sparkwarden::exporters
