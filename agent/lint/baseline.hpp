// SPDX-License-Identifier: Apache-2.0
// The findings that a repository had when it began with lint: known, and not reported again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/core/fingerprint.hpp"
#include "agent/lint/review.hpp"

namespace sparkwarden::lint {

/// Fingerprint to what it was, for people who read the file.
struct BaselineEntry {
  std::string code;
  std::string path;
  std::string subject;
};
using Baseline = std::map<std::string, BaselineEntry>;

/// Errors: what is wrong with the file, for people.
[[nodiscard]] tl::expected<Baseline, std::string> parse_baseline(std::string_view text);

/// JSON, one finding a line, sorted: it is kept in a repository and read as a diff.
[[nodiscard]] std::string print_baseline(const Baseline& baseline);

/// All findings as they stand.
[[nodiscard]] Baseline baseline_of(const std::vector<Reviewed>& reviewed,
                                   const SourceLine& source_line);

/// What a baseline took away.
struct Known {
  std::size_t findings = 0;  // that were left out
  std::size_t gone = 0;      // entries that match nothing any more
};

/// Leaves in `reviewed` only what is not in `baseline`.
Known subtract(const Baseline& baseline,
               const SourceLine& source_line,
               std::vector<Reviewed>& reviewed);

}  // namespace sparkwarden::lint
