// SPDX-License-Identifier: Apache-2.0
// What is wrong with one Spark installation, whatever the driver has.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/measures.hpp"
#include "probes/runtime/rules.hpp"
#include "probes/runtime/versions.hpp"

namespace sparkwarden::probes::runtime {
namespace {

using Findings = std::vector<Finding>;

constexpr std::string_view kArea = "runtime.";

/// The oldest Java that can load Spark's own classes. Sources: SPARK-45315 (4.0: Java 17),
/// SPARK-19493 (2.2: Java 8).
std::optional<int> oldest_java(std::string_view spark) {
  const auto major = major_of(spark);
  if (!major || *major < 3) return std::nullopt;
  return *major >= 4 ? 17 : 8;
}

// Two projects of one name (javax.xml.stream and stax), and the two jlines of Hive and of Scala:
// releases of Spark itself hold both.
constexpr std::array<std::string_view, 2> kKnownPairs{"jline", "stax-api"};

Finding no_spark(const RuntimeManifest& runtime) {
  if (runtime.spark_home.empty()) {
    return found(codes::kSparkMissing, "SPARK_HOME", "SPARK_HOME leads to no directory with jars");
  }
  const std::string jars = shown_text(runtime.spark_home) + "/jars";
  return found(codes::kSparkMissing, jars, "there is no jar in " + jars);
}

void judge_presence(const RuntimeManifest& runtime, Findings& out) {
  if (!runtime.complete) return;
  if (runtime.jars.empty()) out.push_back(no_spark(runtime));
  if (runtime.java.empty()) {
    out.push_back(found(
        codes::kJavaMissing, "java", "neither JAVA_HOME nor the PATH of this image leads to Java"));
  }
}

void judge_java(const RuntimeManifest& runtime, Findings& out) {
  const auto needed = oldest_java(runtime.spark);
  const auto java = java_major(runtime.java);
  if (!needed || !java || *java >= *needed) return;
  Finding finding =
      found(codes::kJavaTooOld,
            "java",
            "Java is " + shown_text(runtime.java) + ", and Spark " + shown_text(runtime.spark) +
                " needs at least " + std::to_string(*needed));
  finding.expected = ">=" + std::to_string(*needed);
  finding.actual = shown_text(runtime.java);
  finding.effect =
      "java.lang.UnsupportedClassVersionError: org/apache/spark/... has been compiled by a more "
      "recent version of the Java Runtime (class file version " +
      std::to_string(class_file_version(*needed)) +
      ".0), this version of the Java Runtime only recognizes class file versions up to " +
      std::to_string(class_file_version(*java)) + ".0";
  out.push_back(std::move(finding));
}

void judge_duplicates(const RuntimeManifest& runtime, Findings& out) {
  std::map<std::string, std::vector<std::string>> by_artefact;
  for (const Jar& jar : runtime.jars) {
    const JarName name = split_jar_name(jar.name);
    if (!name.version.empty()) by_artefact[name.artefact].push_back(jar.name);
  }
  for (const auto& [artefact, names] : by_artefact) {
    if (names.size() < 2 || std::ranges::find(kKnownPairs, artefact) != kKnownPairs.end()) continue;
    out.push_back(found(codes::kJarDuplicate,
                        shown_text(artefact),
                        shown_text(names[0]) + " and " + shown_text(names[1]) +
                            (names.size() > 2 ? " and more of it" : "") +
                            " stand in one directory"));
  }
}

/// `2.12` of `delta-spark_2.12`; empty without such an end. Scala 3 reads what 2.13 wrote.
std::string_view scala_of(std::string_view artefact) {
  const std::size_t mark = artefact.rfind("_2.");
  if (mark == std::string_view::npos) return {};
  const std::string_view version = artefact.substr(mark + 1);
  return version.size() > 2 && leading_numbers(version, 2) == version ? version
                                                                      : std::string_view();
}

void judge_scala(const RuntimeManifest& runtime, Findings& out) {
  const std::string_view own = leading_numbers(runtime.scala, 2);
  if (own.find('.') == std::string_view::npos) return;
  for (const Jar& jar : runtime.jars) {
    const JarName name = split_jar_name(jar.name);
    const std::string_view other = scala_of(name.artefact);
    if (other.empty() || other == own) continue;
    Finding finding = found(codes::kJarScala,
                            shown_text(jar.name),
                            shown_text(jar.name) + " was built for Scala " + std::string(other) +
                                ", and this Spark runs on " + shown_text(runtime.scala));
    finding.expected = std::string(own);
    finding.actual = std::string(other);
    out.push_back(std::move(finding));
  }
}

}  // namespace

Observed judge_installation(const RuntimeManifest& runtime) {
  Observed seen;
  for (const std::string& reason : runtime.incomplete) {
    if (seen.unlooked.size() == kFindingsPerCode) break;
    seen.unlooked.push_back(unlooked(codes::kInventoryIncomplete, "spark", shown_text(reason)));
  }
  judge_presence(runtime, seen.findings);
  judge_java(runtime, seen.findings);
  judge_duplicates(runtime, seen.findings);
  judge_scala(runtime, seen.findings);
  seen.findings = grouped(std::move(seen.findings));
  return seen;
}

std::vector<Measurement> measurements_of(const RuntimeManifest& runtime,
                                         std::span<const Finding> differences) {
  std::vector<Measurement> measurements{
      {&measures::kJars, {}, static_cast<double>(runtime.jars.size())}};
  std::map<std::pair<std::string, Severity>, double> counts;
  for (const Finding& finding : differences) {
    ++counts[{finding.code.substr(kArea.size()), finding.severity}];
  }
  for (const auto& [key, count] : counts) {
    measurements.push_back(
        {&measures::kDifferences, {key.first, std::string(to_string(key.second))}, count});
  }
  return measurements;
}

}  // namespace sparkwarden::probes::runtime
