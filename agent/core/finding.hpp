// SPDX-License-Identifier: Apache-2.0
// What a probe found, as a value, and the row of the code table that it comes from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden {

enum class Severity { info, warning, error };

/// A place in a file. Lines and columns count from 1; 0 means "the whole file", and `end_column`
/// (one past the last character) 0 means "unknown".
struct Location {
  std::string path;
  int line = 0;
  int column = 0;
  int end_column = 0;

  bool operator==(const Location&) const = default;
};

/// A second place that a finding needs in order to be understood.
struct Span {
  Location location;
  std::string message = {};

  bool operator==(const Span&) const = default;
};

/// One fact found. `effect` is told in the words Spark or Kubernetes will use, `fix` in the
/// imperative. Values from files are masked before they get here (shown_value).
struct Finding {
  std::string code;
  Severity severity = Severity::error;
  std::string subject = {};
  std::string message = {};
  std::optional<Location> location = {};
  std::vector<Span> related = {};
  std::optional<std::string> expected = {};
  std::optional<std::string> actual = {};
  std::string effect = {};
  std::string fix = {};

  bool operator==(const Finding&) const = default;
};

/// Something that could not be looked at: same code space as findings, but neither fine nor broken.
struct Unlooked {
  std::string code;
  std::string subject = {};
  std::string message = {};

  bool operator==(const Unlooked&) const = default;
};

/// One row of a probe's code table. A row without severity is only ever "unlooked".
struct Code {
  std::string_view code;
  std::optional<Severity> severity;
  std::string_view meaning;  // one line, for `explain` without an argument
  std::string_view effect = {};
  std::string_view fix = {};
};

/// A finding of this row, with the row's severity, effect and fix.
/// Errors: a row without severity is a programming error and asserts.
[[nodiscard]] Finding found(const Code& row, std::string subject, std::string message);

/// The same row told as "could not look".
[[nodiscard]] Unlooked unlooked(const Code& row, std::string subject, std::string message);

/// More of one code and severity tell nobody more.
inline constexpr std::size_t kFindingsPerCode = 20;

/// At most kFindingsPerCode of each code and severity, in their order; the last one kept says how
/// many were left out.
[[nodiscard]] std::vector<Finding> grouped(std::vector<Finding> findings);

[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::optional<Severity> severity_from(std::string_view word);

}  // namespace sparkwarden
