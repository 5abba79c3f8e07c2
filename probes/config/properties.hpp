// SPDX-License-Identifier: Apache-2.0
// java.util.Properties as Spark loads spark-defaults.conf, with the place of every key and value.
// Leaves the meaning of keys, and what duplicates do, to the rules.
#pragma once

#include <string_view>
#include <vector>

#include "probes/config/place.hpp"

namespace sparkwarden::probes::config {

struct Property {
  Text key;
  Text value;  // trimmed as Spark trims

  bool operator==(const Property&) const = default;
};

struct PropertiesProblem {
  enum class Kind {
    bad_unicode_escape,  // Java throws: the file is lost as a whole
    malformed_utf8,      // Java reads U+FFFD
    byte_order_mark,     // Java makes it part of the first key
    too_many             // our own bound, entries are incomplete
  };
  Kind kind = Kind::bad_unicode_escape;
  Place at = {};

  bool operator==(const PropertiesProblem&) const = default;
};

struct Properties {
  std::vector<Property> entries = {};  // in file order, duplicates included
  std::vector<PropertiesProblem> problems = {};

  /// The entry in force for `key` (the last one); nullptr if there is none.
  [[nodiscard]] const Property* find(std::string_view key) const;
  [[nodiscard]] bool has(PropertiesProblem::Kind kind) const;

  bool operator==(const Properties&) const = default;
};

inline constexpr std::size_t kPropertiesMax = 5'000;

/// Every entry of `text`; after a bad \u escape only those before it, as the rest is never loaded.
/// Source: java.util.Properties#load(Reader); Spark's Utils.getPropertiesFromFile, trimExceptCRLF.
[[nodiscard]] Properties parse_properties(std::string_view text);

}  // namespace sparkwarden::probes::config
