// SPDX-License-Identifier: Apache-2.0
// Comments that hide findings: `# sparkwarden: ignore[code] reason until=2027-01-31`, in XML
// `<!-- sparkwarden: ignore[code] reason -->`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/finding.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden::lint {

/// Lines count from 1; the covered ones are [first, last].
struct InlineSuppression {
  Location at;
  std::vector<std::string> codes = {};  // codes or prefix.*
  std::string reason = {};
  std::optional<WallTime> expires = {};
  int first = 0;
  int last = 0;

  [[nodiscard]] bool covers(const Finding& finding) const;
};

/// Of one file; more than a person writes.
inline constexpr std::size_t kSuppressionsMax = 1000;

/// The suppressions in `text`, at most kSuppressionsMax. One on a line of its own covers what
/// follows it: an entry with its continued lines, an XML element, a YAML node with all that is
/// indented below it. Behind a value a comment counts where the grammar has comments there: in YAML
/// outside of block scalars, and in XML; in a properties file everything behind the key is the
/// value.
[[nodiscard]] std::vector<InlineSuppression> inline_suppressions(const std::string& path,
                                                                 std::string_view text);

}  // namespace sparkwarden::lint
