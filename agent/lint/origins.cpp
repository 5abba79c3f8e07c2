// SPDX-License-Identifier: Apache-2.0
#include "agent/lint/origins.hpp"

#include <algorithm>

namespace sparkwarden::lint {
namespace {

// A merged text of an embedded text of a file; more would be a circle.
constexpr int kStepsMax = 4;

Location step(const Embedded& embedded, const Location& location) {
  const bool whole = location.line <= 0 || !embedded.map;
  const Place at = whole
                       ? embedded.at
                       : embedded.map->place({location.line, location.column, location.end_column});
  return probes::config::locate(embedded.file, at);
}

Location step(const Lines& lines, const Location& location) {
  if (lines.empty()) return {};
  const auto line = static_cast<std::size_t>(std::max(location.line, 1)) - 1;
  return lines[std::min(line, lines.size() - 1)];
}

}  // namespace

void Origins::add(std::string path, Embedded embedded) {
  origins_.insert_or_assign(std::move(path), std::move(embedded));
}

void Origins::add(std::string path, Lines lines) {
  origins_.insert_or_assign(std::move(path), std::move(lines));
}

void Origins::merge(Origins more) {
  origins_.merge(more.origins_);
}

Location Origins::original(const Location& location) const {
  Location at = location;
  for (int steps = 0; steps < kStepsMax; ++steps) {
    const auto origin = origins_.find(at.path);
    if (origin == origins_.end()) break;
    at = std::visit([&](const auto& known) { return step(known, at); }, origin->second);
  }
  return at;
}

Finding Origins::original(Finding finding) const {
  if (finding.location) finding.location = original(*finding.location);
  for (Span& span : finding.related) span.location = original(span.location);
  return finding;
}

}  // namespace sparkwarden::lint
