// SPDX-License-Identifier: Apache-2.0
// What a child tells its parent: JSON lines on standard output, written one by one so that the last
// one names the step in which the child hung or died. The child observes; the parent judges.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "agent/core/time.hpp"

namespace sparkwarden::io {

struct StepBegin {
  std::string step;
  std::string via;
  bool operator==(const StepBegin&) const = default;
};

/// `symbol` is the protocol's own name of the error (NFS3ERR_ROFS), `error` an errno; both may be
/// missing. `text` is what the library said, cleaned.
struct StepEnd {
  std::string step;
  microseconds took{0};
  bool ok = true;
  std::string symbol = {};
  int error = 0;
  std::string text = {};
  bool operator==(const StepEnd&) const = default;
};

struct ChildFact {
  std::string key;
  std::string value;
  bool operator==(const ChildFact&) const = default;
};

/// What the child made, as one JSON document. Taken as it is: whoever asked for it parses it.
struct ChildManifest {
  std::string json;
  bool operator==(const ChildManifest&) const = default;
};

struct ChildDone {
  bool operator==(const ChildDone&) const = default;
};

using ChildEvent = std::variant<StepBegin, StepEnd, ChildFact, ChildManifest, ChildDone>;

/// The event as one line with its newline. Text is cut at 512 bytes; what is not printable ASCII
/// becomes `?`. A manifest's text must be one line.
[[nodiscard]] std::string to_line(const ChildEvent& event);

/// Writes the line to standard output. False when the parent is not there any more.
bool tell(const ChildEvent& event);

/// Strict: unknown or missing members, other types and over-long text are errors.
[[nodiscard]] tl::expected<ChildEvent, std::string> parse_event(std::string_view line);

/// All that a child said, up to the first line that is none of the protocol's.
struct Transcript {
  std::vector<ChildEvent> events = {};
  bool done = false;         // the child reached its end
  std::string garbage = {};  // what is wrong with the first bad line; empty: nothing

  /// The step that was begun and not ended.
  [[nodiscard]] const StepBegin* open_step() const;
  [[nodiscard]] std::optional<std::string_view> fact(std::string_view key) const;
  /// The last manifest; nullptr: none.
  [[nodiscard]] const std::string* manifest() const;
  bool operator==(const Transcript&) const = default;
};

/// Reads a child's whole output. A last line without its newline was cut off by the child's death
/// and is no garbage. Bounded: 256 events.
[[nodiscard]] Transcript read_transcript(std::string_view output);

}  // namespace sparkwarden::io
