// SPDX-License-Identifier: Apache-2.0
#include "agent/core/finding.hpp"

#include <cassert>
#include <map>
#include <utility>

namespace sparkwarden {

Finding found(const Code& row, std::string subject, std::string message) {
  assert(row.severity.has_value());
  return Finding{.code = std::string(row.code),
                 .severity = row.severity.value_or(Severity::error),
                 .subject = std::move(subject),
                 .message = std::move(message),
                 .effect = std::string(row.effect),
                 .fix = std::string(row.fix)};
}

Unlooked unlooked(const Code& row, std::string subject, std::string message) {
  return Unlooked{
      .code = std::string(row.code), .subject = std::move(subject), .message = std::move(message)};
}

std::vector<Finding> grouped(std::vector<Finding> findings) {
  struct Group {
    std::size_t count = 0;
    std::size_t last_kept = 0;
  };
  std::map<std::pair<std::string, Severity>, Group> groups;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    Group& group = groups[{finding.code, finding.severity}];
    if (++group.count > kFindingsPerCode) continue;
    group.last_kept = kept.size();
    kept.push_back(std::move(finding));
  }
  for (const auto& [key, group] : groups) {
    if (group.count <= kFindingsPerCode) continue;
    kept[group.last_kept].message +=
        "; and " + std::to_string(group.count - kFindingsPerCode) + " more of this kind";
  }
  return kept;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::optional<Severity> severity_from(std::string_view word) {
  for (const Severity severity : {Severity::info, Severity::warning, Severity::error}) {
    if (word == to_string(severity)) return severity;
  }
  return std::nullopt;
}

}  // namespace sparkwarden
