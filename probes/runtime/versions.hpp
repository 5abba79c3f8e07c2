// SPDX-License-Identifier: Apache-2.0
// Versions as Spark, Scala and Java tell them: `3.5.1-amzn-0`, `2.13.16`, `1.8.0_392`, `17.0.9`.
#pragma once

#include <optional>
#include <string_view>

namespace sparkwarden::probes::runtime {

/// The first `count` numbers, as they are written: `3.5.1` of 3 from `3.5.1-amzn-0`. Fewer where
/// there are fewer.
[[nodiscard]] std::string_view leading_numbers(std::string_view version, int count);

/// nullopt: it begins with no number, or with one of more than four digits.
[[nodiscard]] std::optional<int> major_of(std::string_view version);

/// 8 of `1.8.0_392`, 17 of `17.0.9`.
[[nodiscard]] std::optional<int> java_major(std::string_view version);

/// The version of class files that a Java of this major version writes, and the newest that it
/// reads. Source: The Java Virtual Machine Specification, table 4.1-A.
[[nodiscard]] constexpr int class_file_version(int java) {
  return java + 44;
}

}  // namespace sparkwarden::probes::runtime
