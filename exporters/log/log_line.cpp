// SPDX-License-Identifier: Apache-2.0
#include "exporters/log/log_line.hpp"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "agent/core/text.hpp"
#include "exporters/finding_json.hpp"
#include "exporters/timestamp.hpp"

namespace sparkwarden::exporters {
namespace {

LogLevel level_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return LogLevel::info;
    case Verdict::warn:
    case Verdict::unknown:
      return LogLevel::warning;
    case Verdict::fail:
      return LogLevel::error;
  }
  return LogLevel::error;
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

void add(LogRecord& record, std::string key, std::string_view value) {
  if (!value.empty()) record.fields.emplace_back(std::move(key), value);
}

/// Also backslashes are escaped, or one before a quotation mark would end the value early, and what
/// follows would read as fields. The escapes of printable() are added after that.
std::string quoted_if_needed(std::string_view value) {
  std::string shown = printable(value);
  if (!shown.empty() && shown.find_first_of(" \"=") == std::string::npos) return shown;
  std::string quoted;
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return '"' + printable(quoted) + '"';
}

}  // namespace

LogRecord to_record(const ProbeTransition& transition) {
  LogRecord record{.level = level_of(transition.now), .event = "verdict", .fields = {}};
  add(record, "probe", transition.probe);
  add(record, "verdict", sparkwarden::to_string(transition.now));
  if (!transition.first) add(record, "was", sparkwarden::to_string(transition.was));
  add(record, "code", transition.code);
  add(record, "subject", transition.subject);
  add(record, "message", transition.message);
  add(record, "fix", transition.fix);
  return record;
}

LogRecord to_record(const GateTransition& transition) {
  LogRecord record{.level = LogLevel::info, .event = "gate", .fields = {}};
  if (!transition.code.empty())
    record.level = LogLevel::warning;  // it let through what it would hold
  if (transition.now == GatePhase::failed) record.level = LogLevel::error;
  add(record, "phase", sparkwarden::to_string(transition.now));
  add(record, "was", sparkwarden::to_string(transition.was));
  add(record, "code", transition.code);
  add(record, "subject", transition.subject);
  add(record, "message", transition.message);
  add(record, "fix", transition.fix);
  if (!transition.code.empty()) add(record, "more", "sparkwarden explain " + transition.code);
  return record;
}

std::vector<LogRecord> to_records(const Transitions& transitions) {
  std::vector<LogRecord> records;
  for (const ProbeTransition& probe : transitions.probes) records.push_back(to_record(probe));
  if (transitions.gate) records.push_back(to_record(*transitions.gate));
  return records;
}

std::string json_line(const LogRecord& record, WallTime time) {
  boost::json::object line{{"time", json_text(rfc3339(time))},
                           {"level", json_text(to_string(record.level))},
                           {"event", json_text(record.event)}};
  for (const auto& [key, value] : record.fields) line[key] = json_text(value);
  return boost::json::serialize(line);
}

std::string text_line(const LogRecord& record, WallTime time) {
  std::string line =
      rfc3339(time) + ' ' + std::string(to_string(record.level)) + ' ' + record.event;
  for (const auto& [key, value] : record.fields) line += ' ' + key + '=' + quoted_if_needed(value);
  return line;
}

}  // namespace sparkwarden::exporters
