// SPDX-License-Identifier: Apache-2.0
// The configuration keys that Spark 3.5 and 4.x read: data/spark-keys.tsv, which
// scripts/update-spark-keys.sh makes from Spark's own classes. Leaves judgement to the rules.
#pragma once

#include <optional>
#include <string_view>

namespace sparkwarden::probes::config {

enum class KeyType { unknown, text, boolean, integer, long_integer, decimal, bytes, time, list };

/// What became of a key in Spark's newer releases.
enum class KeyState {
  current,
  renamed,     // still read, under another name
  deprecated,  // still read
  unused       // no supported release reads it
};

struct SparkKey {
  std::string_view name = {};
  KeyType type = KeyType::unknown;
  std::string_view unit = {};   // of bytes and time without one: b k m g, or ns us ms s min
  std::string_view since = {};  // empty when not known
  bool in_3 = false;            // in the newest 3.5
  bool in_4 = false;            // in the newest 4.x
  KeyState state = KeyState::current;
  std::string_view changed_in = {};   // the release of `state`; empty when not known
  std::string_view replacement = {};  // may be empty
  std::string_view options = {};      // the words it takes, parted by |; empty: any
  bool exact = false;                 // whether the case of these words counts
  std::optional<int> least = {};      // the least number it takes

  bool operator==(const SparkKey&) const = default;
};

/// The key of exactly this name; nullptr if Spark has none.
[[nodiscard]] const SparkKey* spark_key(std::string_view name);

/// Whether `name` lies where any key may stand: spark.hadoop.*, catalogs, environment variables,
/// parameters of UI filters, and what well-known extensions read.
[[nodiscard]] bool is_free_form(std::string_view name);

/// The key that is written like `name` but for case, dots and dashes; nullptr if there is none.
[[nodiscard]] const SparkKey* same_letters(std::string_view name);

/// The key that `name` probably is, misspelt; nullptr if none is near. Cost: about 20 us.
[[nodiscard]] const SparkKey* nearest_key(std::string_view name);

/// Whether Spark keeps keys of its own, and nobody else's, under the first words of `name`, as in
/// spark.executor.*.
[[nodiscard]] bool among_sparks_own(std::string_view name);

/// The text of data/spark-keys.tsv.
[[nodiscard]] std::string_view spark_keys_table();

}  // namespace sparkwarden::probes::config
