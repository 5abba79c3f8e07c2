// SPDX-License-Identifier: Apache-2.0
// Whether Spark can read a value of one of its keys. Source: ConfigBuilder, JavaUtils.byteStringAs
// and timeStringAs of Spark 3.5.9 and 4.3.0, asked in tests/ecosystem.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probes/config/spark_keys.hpp"

namespace sparkwarden::probes::config {

/// Why Spark throws when it reads a value. `in_3` and `in_4` are what it says, without the value
/// itself where that may be a secret; empty where that line takes the value.
struct ValueTrouble {
  std::string expected = {};  // "true or false"
  std::string in_3 = {};
  std::string in_4 = {};

  bool operator==(const ValueTrouble&) const = default;
};

/// nullopt for a value that can be read, whose key takes any text, or that has a variable in it.
/// `shown` is the value as it may be printed.
[[nodiscard]] std::optional<ValueTrouble> value_trouble(const SparkKey& key,
                                                        std::string_view value,
                                                        std::string_view shown);

/// A size as Spark reads it, in bytes; nullopt if it cannot. `unit` counts where the text has none.
[[nodiscard]] std::optional<double> bytes_from(std::string_view text, std::string_view unit);

/// A time as Spark reads it, in whole `unit`s (us, ms, s, ...), with what is beyond them cut off;
/// nullopt if it cannot, or if it is longer than some centuries.
[[nodiscard]] std::optional<double> time_from(std::string_view text, std::string_view unit);

}  // namespace sparkwarden::probes::config
