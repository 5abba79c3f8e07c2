// SPDX-License-Identifier: Apache-2.0
#include "exporters/status/status_json.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "exporters/finding_json.hpp"
#include "exporters/timestamp.hpp"

namespace sparkwarden::exporters {
namespace {

namespace json = boost::json;

std::int64_t whole_seconds(auto duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::int64_t whole_milliseconds(auto duration) {
  return std::chrono::duration_cast<milliseconds>(duration).count();
}

json::object agent_of(const Snapshot& snapshot, const AgentInfo& agent, Instant now) {
  return {{"name", "sparkwarden"},
          {"version", json_text(agent.version)},
          {"commit", json_text(agent.commit)},
          {"role", json_text(to_string(agent.role))},
          {"started", json_text(rfc3339(snapshot.started_wall))},
          {"uptime_seconds", whole_seconds(now - snapshot.started)}};
}

json::object readiness_of(const Readiness& readiness) {
  json::array checks;
  for (const Check& check : readiness.checks) {
    json::object line{{"name", json_text(check.name)}, {"ok", check.ok}};
    if (!check.reason.empty()) line["reason"] = json_text(check.reason);
    checks.push_back(std::move(line));
  }
  return {{"ready", readiness.ready}, {"checks", std::move(checks)}};
}

json::object gate_of(const Snapshot& snapshot, const AgentInfo& agent, Instant now) {
  const Instant until = snapshot.gate.decided.value_or(now);
  json::array probes;
  for (const ProbeState& probe : snapshot.probes) {
    if (probe.in_gate) probes.push_back(json_text(probe.name));
  }
  return {{"phase", json_text(to_string(snapshot.gate.phase))},
          {"mode", agent.gate_mode == GateMode::enforce ? "enforce" : "warn"},
          {"would_hold", snapshot.gate.would_hold},
          {"waited_ms", whole_milliseconds(until - snapshot.started)},
          {"probes", std::move(probes)}};
}

/// A report that has grown too old became unknown at that moment, not when its verdict began.
Instant since(const ProbeState& probe, Instant now) {
  if (verdict_at(probe, now) == probe.verdict) return probe.since;
  return probe.last->started + probe.last->took + probe.policy.max_age;
}

json::object probe_of(const ProbeState& probe, Instant now) {
  json::object object{{"name", json_text(probe.name)},
                      {"verdict", json_text(to_string(verdict_at(probe, now)))}};
  if (const std::string reason = reason_at(probe, now); !reason.empty()) {
    object["reason"] = json_text(reason);
  }
  if (probe.last == nullptr) return object;

  const Report& last = *probe.last;
  object["since_seconds"] = whole_seconds(now - since(probe, now));
  object["streak"] = probe.streak;
  if (probe.outdated) object["outdated"] = true;
  object["last_run"] = {{"started", json_text(rfc3339(last.started_wall))},
                        {"duration_ms", last.took.count()},
                        {"age_seconds", whole_seconds(now - last.started)}};
  object["findings"] = to_json(last.observed.findings);
  object["unlooked"] = to_json(last.observed.unlooked);
  object["steps"] = to_json(last.observed.steps);
  object["totals"] = {{"runs", probe.totals.runs},
                      {"failures", probe.totals.failures},
                      {"unknown", probe.totals.unknown}};
  return object;
}

json::object row_of(const NoticeRow& row, Instant now) {
  const Notice& notice = row.notice;
  json::object object{{"pod", json_text(notice.pod)}};
  if (!notice.executor.empty()) object["executor"] = json_text(notice.executor);
  object["gate"] = json_text(to_string(notice.gate));
  object["verdict"] = json_text(to_string(notice.verdict));
  if (!notice.code.empty()) object["code"] = json_text(notice.code);
  if (!notice.subject.empty()) object["subject"] = json_text(notice.subject);
  object["first_heard_seconds"] = whole_seconds(now - row.first_heard);
  object["last_heard_seconds"] = whole_seconds(now - row.last_heard);
  return object;
}

json::object executors_of(const NoticeTable& table, Instant now) {
  json::object verdicts;
  for (const auto& [verdict, count] : table.by_verdict(now)) verdicts[verdict] = count;
  json::array rows;
  for (const NoticeRow& row : table.worst(kExecutorRowsMax)) rows.push_back(row_of(row, now));
  return {{"total", table.size()},
          {"verdicts", std::move(verdicts)},
          {"rows", std::move(rows)},
          {"rows_left_out", table.size() - std::min(table.size(), kExecutorRowsMax)}};
}

}  // namespace

std::string status_json(const Snapshot& snapshot,
                        const Readiness& readiness,
                        const AgentInfo& agent,
                        const NoticeTable* executors,
                        Instant now) {
  const WallTime wall = snapshot.started_wall +
                        std::chrono::duration_cast<WallTime::duration>(now - snapshot.started);
  json::array probes;
  for (const ProbeState& probe : snapshot.probes) probes.push_back(probe_of(probe, now));
  json::object status{{"version", 1},
                      {"time", json_text(rfc3339(wall))},
                      {"agent", agent_of(snapshot, agent, now)},
                      {"pod",
                       {{"uid", json_text(agent.pod_uid)},
                        {"name", json_text(agent.pod_name)},
                        {"namespace", json_text(agent.pod_namespace)}}},
                      {"readiness", readiness_of(readiness)},
                      {"gate", gate_of(snapshot, agent, now)},
                      {"probes", std::move(probes)}};
  if (executors != nullptr) status["executors"] = executors_of(*executors, now);
  return json::serialize(status) + '\n';
}

}  // namespace sparkwarden::exporters
