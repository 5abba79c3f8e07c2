// SPDX-License-Identifier: Apache-2.0
// The files that a core-site.xml includes (xi:include), in their place, as Hadoop loads them. Pure:
// whoever calls says how a file is read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "probes/config/hadoop_xml.hpp"

namespace sparkwarden::probes::config {

/// What came of one include.
struct Included {
  enum class State {
    read,
    missing,  // Hadoop takes the fallback, or fails
    unknown   // Hadoop may well read it, this agent cannot: `words` says why
  };
  State state = State::unknown;
  std::string path = {};  // of the file
  HadoopXml xml = {};
  std::string words = {};
};

/// Reads what an include names. Its place is in the file at `from`; a relative one is meant
/// relative to the outermost file, for Hadoop.
using ReadInclude = std::function<Included(const std::string& href)>;

/// Why a configuration cannot be loaded, or is not known, for an include.
struct IncludeTrouble {
  enum class Kind { missing, malformed, loop, unknown };
  Kind kind = Kind::missing;
  std::string file = {};  // that has the include; empty: the outermost
  Text href = {};
  std::string path = {};    // of the included file, where there is one
  XmlProblem problem = {};  // malformed: of the included file
  std::string words = {};   // unknown

  bool operator==(const IncludeTrouble&) const = default;
};

/// What a file comes to. Hadoop loads nothing at all where there is a trouble other than unknown.
struct Settled {
  std::vector<HadoopProperty> properties = {};  // without those that a final one keeps out for ever
  std::vector<IncludeTrouble> troubles = {};
};

inline constexpr int kIncludeDepthMax = 16;  // Hadoop ends with the stack of its thread
inline constexpr int kIncludesMax = 64;      // in all

/// The properties of `steps`, in the order in which Hadoop loads them. Without `read` as if every
/// included file were there and empty.
/// Source: Configuration.Parser of Hadoop 3 (handleInclude, handleEndElement, loadProperty).
[[nodiscard]] Settled settle(const std::vector<HadoopStep>& steps, const ReadInclude& read);

}  // namespace sparkwarden::probes::config
