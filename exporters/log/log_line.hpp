// SPDX-License-Identifier: Apache-2.0
// State changes as log lines. Printing them is the caller's.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/time.hpp"
#include "agent/core/transition.hpp"

namespace sparkwarden::exporters {

enum class LogLevel { info, warning, error };

/// `fields` in the order in which they are printed; empty values are left out.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string event;
  std::vector<std::pair<std::string, std::string>> fields;

  bool operator==(const LogRecord&) const = default;
};

/// Event `verdict`: fields probe, verdict, was (not on the first report), code, subject, message,
/// fix.
[[nodiscard]] LogRecord to_record(const ProbeTransition& transition);

/// Event `gate`: fields phase, was.
[[nodiscard]] LogRecord to_record(const GateTransition& transition);

/// Every change, probes first.
[[nodiscard]] std::vector<LogRecord> to_records(const Transitions& transitions);

/// `{"time":...,"level":...,"event":...,fields}` without a line end.
[[nodiscard]] std::string json_line(const LogRecord& record, WallTime time);

/// `2026-01-31T12:00:05.123Z error verdict probe=storage verdict=fail ...` without a line end;
/// values with blanks are quoted.
[[nodiscard]] std::string text_line(const LogRecord& record, WallTime time);

}  // namespace sparkwarden::exporters
