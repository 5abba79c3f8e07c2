// SPDX-License-Identifier: Apache-2.0
// Small words for the tests of the core: runs of probes and the snapshots they make.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "agent/core/snapshot.hpp"

namespace sparkwarden::test {

inline const Instant kStart = Instant(std::chrono::hours(1));

inline Finding a_finding(Severity severity, std::string code = "nfs.export.read-only") {
  return {.code = std::move(code),
          .severity = severity,
          .subject = "10.10.0.10",
          .message = "the export is read-only",
          .fix = "export it rw"};
}

inline Observed passes() {
  return {};
}
inline Observed warns() {
  return {.findings = {a_finding(Severity::warning, "nfs.space.low")}};
}
inline Observed fails() {
  return {.findings = {a_finding(Severity::error)}};
}
inline Observed cannot_look() {
  return {.unlooked = {{"config.file.unreadable", "core-site.xml", "EACCES"}}};
}

inline Report a_run(std::string probe, Observed observed, Instant at = kStart) {
  return {.probe = std::move(probe),
          .started = at,
          .started_wall = WallTime(std::chrono::seconds(1'800'000'000)),
          .took = milliseconds(20),
          .observed = std::move(observed)};
}

inline Snapshot a_snapshot_of(std::initializer_list<std::string> probes, ProbePolicy policy = {}) {
  Snapshot snapshot{.started = kStart, .started_wall = WallTime{}};
  for (const std::string& name : probes)
    snapshot.probes.push_back({.name = name, .policy = policy});
  return snapshot;
}

}  // namespace sparkwarden::test
