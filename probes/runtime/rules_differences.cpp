// SPDX-License-Identifier: Apache-2.0
// How bad a difference between driver and executor is, and what it will break.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/shown_value.hpp"
#include "probes/runtime/codes.hpp"
#include "probes/runtime/rules.hpp"
#include "probes/runtime/versions.hpp"

namespace sparkwarden::probes::runtime {
namespace {

constexpr std::size_t kRevisionShown = 12;  // longer ones would be masked as secrets

Finding of(const Code& row, const Difference& difference, std::string message) {
  Finding finding = found(row, shown_text(difference.subject), std::move(message));
  if (!difference.driver.empty()) finding.expected = shown_text(difference.driver);
  if (!difference.executor.empty()) finding.actual = shown_text(difference.executor);
  return finding;
}

Finding both(const Code& row, const Difference& difference, const std::string& name) {
  return of(row,
            difference,
            name + " is " + shown_text(difference.driver) + " on the driver and " +
                shown_text(difference.executor) + " here");
}

/// Whether the first `count` numbers differ; 4.0 and 4.0.0 differ here, and Spark tells neither.
bool numbers_differ(const Difference& difference, int count) {
  return leading_numbers(difference.driver, count) != leading_numbers(difference.executor, count);
}

/// Releases: the handshake breaks. Equal numbers with another end are two vendors' builds, which
/// may share the classes that matter.
Finding spark_version(const Difference& difference) {
  Finding finding = both(codes::kSparkDiffers, difference, "Spark");
  if (numbers_differ(difference, 3)) {
    finding.effect =
        "java.io.InvalidClassException: org.apache.spark.rpc.netty.RpcEndpointVerifier$"
        "CheckExistence; local class incompatible, when the executor greets its driver, or the "
        "same for another class in a task";
  } else {
    finding.severity = Severity::warning;
  }
  return finding;
}

/// `git rev-parse --short` cuts as far as one clone allows, so one may be longer than the other.
std::optional<Finding> spark_build(Difference difference) {
  if (difference.driver.starts_with(difference.executor) ||
      difference.executor.starts_with(difference.driver)) {
    return std::nullopt;
  }
  difference.driver.resize(std::min(difference.driver.size(), kRevisionShown));
  difference.executor.resize(std::min(difference.executor.size(), kRevisionShown));
  return both(codes::kBuildDiffers, difference, "the git revision of Spark");
}

Finding scala_version(const Difference& difference) {
  Finding finding = both(codes::kScalaDiffers, difference, "Scala");
  if (numbers_differ(difference, 2)) return finding;
  finding.severity = Severity::warning;
  finding.effect =
      "java.io.InvalidClassException: scala.collection...; local class incompatible, for a class "
      "that changed between the two";
  return finding;
}

Finding java_version(const Difference& difference) {
  Finding finding = both(codes::kJavaDiffers, difference, "Java");
  const auto driver = java_major(difference.driver);
  const auto executor = java_major(difference.executor);
  if (!driver || !executor || *driver == *executor) {
    finding.severity = Severity::info;
    finding.effect = "nothing that is known; two patch releases mend different bugs";
  } else if (*executor < *driver) {
    finding.severity = Severity::error;
    finding.effect =
        "java.lang.UnsupportedClassVersionError for classes compiled on the driver's Java: ... has "
        "been compiled by a more recent version of the Java Runtime (class file version " +
        std::to_string(class_file_version(*driver)) +
        ".0), this version of the Java Runtime only recognizes class file versions up to " +
        std::to_string(class_file_version(*executor)) + ".0";
  }
  return finding;
}

std::optional<Finding> judge(const Difference& difference) {
  const std::string subject = shown_text(difference.subject);
  switch (difference.kind) {
    case DifferenceKind::spark_version:
      return spark_version(difference);
    case DifferenceKind::spark_build:
      return spark_build(difference);
    case DifferenceKind::scala_version:
      return scala_version(difference);
    case DifferenceKind::hadoop_version:
      return both(codes::kHadoopDiffers, difference, "Hadoop's client");
    case DifferenceKind::java_version:
      return java_version(difference);
    case DifferenceKind::jar_missing:
      return of(codes::kJarMissing, difference, subject + " is on the driver and not here");
    case DifferenceKind::jar_extra:
      return of(codes::kJarExtra, difference, subject + " is here and not on the driver");
    case DifferenceKind::jar_version:
      return both(codes::kJarVersion, difference, subject);
    case DifferenceKind::jar_content:
      return both(codes::kJarContent, difference, subject);
    case DifferenceKind::python_implementation:
    case DifferenceKind::python_version:
    case DifferenceKind::python_abi:
    case DifferenceKind::python_machine:
    case DifferenceKind::python_missing:
    case DifferenceKind::pyspark_version:
    case DifferenceKind::pyspark_py4j:
    case DifferenceKind::pyspark_cloudpickle:
    case DifferenceKind::pyspark_missing:
    case DifferenceKind::package_missing:
    case DifferenceKind::package_extra:
    case DifferenceKind::package_version:
    case DifferenceKind::package_content:
    case DifferenceKind::config_file:
      return std::nullopt;  // other probes' business
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> judge_differences(std::span<const Difference> differences) {
  std::vector<Finding> findings;
  for (const Difference& difference : differences) {
    if (auto finding = judge(difference)) findings.push_back(std::move(*finding));
  }
  std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
  return findings;
}

}  // namespace sparkwarden::probes::runtime
