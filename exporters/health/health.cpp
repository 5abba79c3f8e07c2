// SPDX-License-Identifier: Apache-2.0
// Bodies follow kube-apiserver's pkg/server/healthz/healthz.go to the byte.
#include "exporters/health/health.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {
namespace {

std::set<std::string> excluded_by(const Request& request) {
  std::set<std::string> names;  // sorted, as in the warning of the original
  for (const auto& [name, value] : request.query) {
    if (name == "exclude") names.insert(value);
  }
  return names;
}

std::string cannot_exclude(const std::set<std::string>& names) {
  if (names.empty()) return {};
  std::string line = "warn: some health checks cannot be excluded: no matches for ";
  for (const std::string& name : names) {
    if (name != *names.begin()) line += ", ";
    line += '"' + printable(name) + '"';
  }
  return line + '\n';
}

bool is_verbose(const Request& request) {
  return std::ranges::any_of(request.query,
                             [](const auto& pair) { return pair.first == "verbose"; });
}

Answer answer_of(std::string_view endpoint,
                 const std::vector<Check>& checks,
                 const Request& request) {
  std::set<std::string> excluded = excluded_by(request);
  std::string lines;
  bool failed = false;
  for (const Check& check : checks) {
    if (excluded.erase(check.name) > 0) {
      lines += "[+]" + check.name + " excluded: ok\n";
    } else if (check.ok) {
      lines += "[+]" + check.name + " ok\n";
    } else {
      lines += "[-]" + check.name + " failed: " + printable(check.reason) + '\n';
      failed = true;
    }
  }
  lines += cannot_exclude(excluded);

  Answer answer{.status = failed ? 500U : 200U};
  if (failed) {
    answer.body = lines + std::string(endpoint) + " check failed\n";
  } else if (is_verbose(request)) {
    answer.body = lines + std::string(endpoint) + " check passed\n";
  } else {
    answer.body = "ok";
  }
  return answer;
}

std::vector<Check> checks_of(const LoopHealth& health) {
  const bool turns = health.lag <= kLoopLagMax;
  return {{.name = "loop",
           .ok = turns,
           .reason = turns ? "" : "stalled for " + std::to_string(health.lag.count()) + " ms"},
          {.name = "scheduler",
           .ok = health.overdue.empty(),
           .reason = health.overdue.empty() ? "" : health.overdue + " has no outcome"}};
}

std::vector<Check> checks_of(GatePhase phase) {
  const bool open = phase == GatePhase::open;
  return {{.name = "gate", .ok = open, .reason = open ? "" : std::string(to_string(phase))}};
}

Answer check_named(const std::vector<Check>& checks, std::string_view name) {
  const auto found = std::ranges::find(checks, name, &Check::name);
  if (found == checks.end()) return {.status = 404, .body = "404 page not found\n"};
  return one_check(*found);
}

Answer with_gate(Answer answer, GatePhase phase) {
  answer.headers.emplace_back("Sparkwarden-Gate", std::string(to_string(phase)));
  return answer;
}

}  // namespace

Answer readyz(const Readiness& readiness, const Request& request) {
  return answer_of("readyz", readiness.checks, request);
}

Answer livez(const LoopHealth& health, const Request& request) {
  const std::string_view endpoint = request.path.starts_with("/healthz") ? "healthz" : "livez";
  return answer_of(endpoint, checks_of(health), request);
}

Answer livez_check(const LoopHealth& health, std::string_view check) {
  return check_named(checks_of(health), check);
}

Answer startupz(GatePhase phase, const Request& request) {
  return with_gate(answer_of("startupz", checks_of(phase), request), phase);
}

Answer startupz_check(GatePhase phase, std::string_view check) {
  return with_gate(check_named(checks_of(phase), check), phase);
}

Answer one_check(const Check& check) {
  if (check.ok) return {.status = 200, .body = "ok"};
  return {.status = 500, .body = "internal server error: " + printable(check.reason) + '\n'};
}

}  // namespace sparkwarden::exporters
