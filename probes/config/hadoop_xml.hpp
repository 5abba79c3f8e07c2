// SPDX-License-Identifier: Apache-2.0
// core-site.xml as Hadoop's Configuration loads it, with the place of every name and value, or
// where and why it is not well formed. Reads one text: hadoop_includes brings in other files,
// hadoop_variables expands values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/config/place.hpp"

namespace sparkwarden::probes::config {

struct HadoopProperty {
  Text name;   // trimmed, as Hadoop does
  Text value;  // not trimmed, as Hadoop does not
  bool final = false;
  std::string file = {};  // it was included from; empty: none

  bool operator==(const HadoopProperty&) const = default;
};

/// What Hadoop meets in a file, one thing after the other: what an include brings depends on files,
/// and whether its fallback counts depends on that.
struct HadoopStep {
  enum class Kind {
    property,    // with a name, not necessarily with a value
    include,     // begins; `property.value` is the href
    fallback,    // begins
    include_end  // of the innermost include
  };
  Kind kind = Kind::property;
  HadoopProperty property = {};
  bool has_value = false;  // include: has an href

  bool operator==(const HadoopStep&) const = default;
};

/// Why the file could not be parsed to its end. `words` is what Hadoop's parser says.
struct XmlProblem {
  enum class Kind {
    malformed,  // Hadoop refuses it as well
    declined    // legal for Hadoop; we refuse to expand or bound it
  };
  Kind kind = Kind::malformed;
  Place at = {};
  std::string reason = {};  // for people
  std::string words = {};   // Hadoop's words; empty when declined

  bool operator==(const XmlProblem&) const = default;
};

struct HadoopXml {
  std::vector<HadoopProperty> properties = {};  // in file order, duplicates included
  bool includes = false;                        // an xi:include may bring more
  std::optional<XmlProblem> problem = {};
  std::vector<HadoopStep> steps = {};  // what the above was made from

  /// The property in force: the last one with a value, unless an earlier one is final.
  [[nodiscard]] const HadoopProperty* find(std::string_view name) const;

  bool operator==(const HadoopXml&) const = default;
};

inline constexpr int kXmlDepthMax = 1000;  // Woodstox's own default
inline constexpr std::size_t kXmlPropertiesMax = 5'000;

/// Everything Hadoop would load from `text`, were there nothing in the files that it includes; what
/// precedes a problem is kept.
/// Source: Configuration.Parser of Hadoop 3 (StAX, Woodstox).
[[nodiscard]] HadoopXml parse_hadoop_xml(std::string_view text);

}  // namespace sparkwarden::probes::config
