// SPDX-License-Identifier: Apache-2.0
// What is said, and what stops, when Hadoop cannot load one of its files: not all of them are read
// at the same time, nor named alike. Seen with Spark 3.5.9 and 4.3.0.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::probes::config {

/// How Hadoop's messages call the file at `path`: by its name; one that Hive or Spark adds by the
/// place where it was found, `file:/.../hive-site.xml`.
[[nodiscard]] std::string hadoop_name(std::string_view path);

/// `ERROR Configuration: ...; java.lang.RuntimeException: <words>; ` and what that stops.
[[nodiscard]] std::string hadoop_refusal(std::string_view path, std::string_view words);

}  // namespace sparkwarden::probes::config
