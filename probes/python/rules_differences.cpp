// SPDX-License-Identifier: Apache-2.0
// How bad a difference between driver and executor is, and what it will break.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/python_name.hpp"
#include "agent/core/shown_value.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/rules.hpp"

namespace sparkwarden::probes::python {
namespace {

// pyspark's own extras, and what UDFs most often hand back and forth.
constexpr std::array<std::string_view, 12> kWatched{"cloudpickle",
                                                    "googleapis-common-protos",
                                                    "grpcio",
                                                    "grpcio-status",
                                                    "numpy",
                                                    "pandas",
                                                    "protobuf",
                                                    "py4j",
                                                    "pyarrow",
                                                    "scikit-learn",
                                                    "scipy",
                                                    "zstandard"};
// They come with every environment and nobody's UDF uses them.
constexpr std::array<std::string_view, 5> kTools{
    "pip", "pkg-resources", "setuptools", "uv", "wheel"};

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != std::ranges::end(names);
}

/// Where the row's severity is not the last word.
Finding with_severity(const Code& row,
                      Severity severity,
                      const Difference& difference,
                      std::string message) {
  Finding finding = found(row, difference.subject, std::move(message));
  finding.severity = severity;
  if (!difference.driver.empty()) finding.expected = shown_text(difference.driver);
  if (!difference.executor.empty()) finding.actual = shown_text(difference.executor);
  return finding;
}

std::string both(const Difference& difference, std::string_view name) {
  return std::string(name) + " is " + shown_text(difference.driver) + " on the driver and " +
         shown_text(difference.executor) + " on the executor";
}

Finding plain(const Code& row, const Difference& difference, std::string_view name) {
  return with_severity(row, *row.severity, difference, both(difference, name));
}

std::string major_of(const std::string& version) {
  return version.substr(0, version.find('.'));
}

std::string minor_of(const std::string& version) {
  const std::size_t dot = version.find('.');
  return version.substr(0, dot == std::string::npos ? dot : version.find('.', dot + 1));
}

Finding python_version(const Difference& difference) {
  const bool minor = difference.part == VersionPart::major || difference.part == VersionPart::minor;
  Finding finding =
      plain(minor ? codes::kMinorDiffers : codes::kMicroDiffers, difference, "Python");
  if (minor) {
    finding.effect = "[PYTHON_VERSION_MISMATCH] Python in worker has different version: " +
                     minor_of(difference.executor) +
                     " than that in driver: " + minor_of(difference.driver) +
                     ", PySpark cannot run with different minor versions.";
  }
  return finding;
}

/// What Python will say, for the packages of which it is known. Sources: numpy 28340, 27084, 24866;
/// pandas 53300; scikit-learn 25297.
std::optional<std::string> known_effect(const Difference& difference) {
  const std::string& package = difference.subject;
  if (package == "numpy" && difference.part == VersionPart::major) {
    if (major_of(difference.driver) == "2") {
      return "ModuleNotFoundError: No module named 'numpy._core' in the worker, when a UDF's "
             "closure holds an array";
    }
    return "ModuleNotFoundError: No module named 'numpy._core' on the driver, when a UDF hands "
           "back "
           "an array; packages compiled for numpy 1 fail there with \"numpy.dtype size changed\"";
  }
  if (package == "pandas") {
    return "pickled frames do not load across versions: AttributeError or ModuleNotFoundError: No "
           "module named 'pandas.core.indexes.numeric' in cloudpickle.loads";
  }
  if (package == "scikit-learn") {
    return "InconsistentVersionWarning: Trying to unpickle estimator ... from version " +
           difference.driver + " when using version " + difference.executor +
           "; results may be wrong";
  }
  if (package == "protobuf") {
    return "google.protobuf.runtime_version.VersionError: Detected incompatible Protobuf "
           "Gencode/Runtime versions";
  }
  return std::nullopt;
}

Severity severity_of(const Difference& difference, bool critical) {
  const std::string& package = difference.subject;
  const VersionPart part = difference.part;
  if (holds(kTools, package)) return Severity::info;
  if (part == VersionPart::local) return Severity::warning;
  const bool major = part == VersionPart::major;
  const bool minor = major || part == VersionPart::minor;
  if (package == "numpy" && major) return Severity::error;
  if (package == "pandas" && minor) return Severity::error;
  if (critical && minor) return Severity::error;
  if (package == "pyarrow") return major ? Severity::warning : Severity::info;
  if (holds(kWatched, package) && minor) return Severity::warning;
  if (package == "protobuf" || package.starts_with("grpcio")) return Severity::warning;
  return major || part == VersionPart::unordered ? Severity::warning : Severity::info;
}

Finding package_version(const Difference& difference, bool critical) {
  Finding finding = with_severity(codes::kPackageDiffers,
                                  severity_of(difference, critical),
                                  difference,
                                  both(difference, difference.subject));
  if (auto effect = known_effect(difference)) finding.effect = std::move(*effect);
  finding.fix = "install the same version in both images: pip install " + difference.subject +
                "==" + shown_text(difference.driver) + " in the executor's, or " +
                shown_text(difference.executor) + " in the driver's";
  return finding;
}

Finding package_missing(const Difference& difference, bool critical) {
  const bool watched = critical || holds(kWatched, difference.subject);
  const Severity severity = holds(kTools, difference.subject) ? Severity::info
                            : watched                         ? Severity::error
                                                              : Severity::warning;
  Finding finding = with_severity(codes::kPackageMissing,
                                  severity,
                                  difference,
                                  difference.subject + " " + shown_text(difference.driver) +
                                      " is on the driver and not on the executor");
  finding.effect =
      "ModuleNotFoundError in cloudpickle.loads, as soon as a UDF uses " + difference.subject;
  if (difference.subject == "pandas" || difference.subject == "pyarrow") {
    finding.effect = "[PACKAGE_NOT_INSTALLED] " +
                     std::string(difference.subject == "pandas" ? "Pandas" : "PyArrow") +
                     " >= ... must be installed; however, it was not found.";
  }
  finding.fix = "install it in the executor image: pip install " + difference.subject +
                "==" + shown_text(difference.driver);
  return finding;
}

Finding package_extra(const Difference& difference) {
  return with_severity(codes::kPackageExtra,
                       Severity::info,
                       difference,
                       difference.subject + " " + shown_text(difference.executor) +
                           " is on the executor and not on the driver");
}

Finding missing(const Code& row, const Difference& difference, const std::string& message) {
  return with_severity(row, *row.severity, difference, message);
}

std::optional<Finding> judge(const Difference& difference,
                             const std::vector<std::string>& critical) {
  const bool is_critical = std::ranges::any_of(critical, [&](const std::string& name) {
    return normalized_name(name) == difference.subject;
  });
  switch (difference.kind) {
    case DifferenceKind::python_missing:
      return missing(
          codes::kInterpreterMissing,
          difference,
          "the driver runs Python " + shown_text(difference.driver) + " and the executor has none");
    case DifferenceKind::python_implementation:
      return plain(codes::kImplementationDiffers, difference, "the Python implementation");
    case DifferenceKind::python_version:
      return python_version(difference);
    case DifferenceKind::python_abi:
      return plain(codes::kAbiDiffers, difference, "the Python build");
    case DifferenceKind::python_machine:
      return plain(codes::kMachineDiffers, difference, "the processor architecture");
    case DifferenceKind::pyspark_version:
      return plain(codes::kPysparkDiffers, difference, "pyspark");
    case DifferenceKind::pyspark_py4j:
      return plain(codes::kPy4jDiffers, difference, "py4j");
    case DifferenceKind::pyspark_cloudpickle:
      return plain(codes::kCloudpickleDiffers, difference, "the cloudpickle inside pyspark");
    case DifferenceKind::pyspark_missing:
      return missing(codes::kPysparkMissing,
                     difference,
                     "the driver imports pyspark " + shown_text(difference.driver) +
                         " and the executor has none");
    case DifferenceKind::package_missing:
      return package_missing(difference, is_critical);
    case DifferenceKind::package_extra:
      return package_extra(difference);
    case DifferenceKind::package_version:
      return package_version(difference, is_critical);
    case DifferenceKind::package_content: {
      Finding finding = plain(codes::kPackageContent, difference, difference.subject);
      if (is_critical) finding.severity = Severity::error;
      return finding;
    }
    case DifferenceKind::spark_version:
    case DifferenceKind::spark_build:
    case DifferenceKind::scala_version:
    case DifferenceKind::hadoop_version:
    case DifferenceKind::java_version:
    case DifferenceKind::jar_missing:
    case DifferenceKind::jar_extra:
    case DifferenceKind::jar_version:
    case DifferenceKind::jar_content:
    case DifferenceKind::config_file:
      return std::nullopt;  // other probes' business
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> judge_differences(std::span<const Difference> differences,
                                       const std::vector<std::string>& critical) {
  std::vector<Finding> findings;
  for (const Difference& difference : differences) {
    if (auto finding = judge(difference, critical)) findings.push_back(std::move(*finding));
  }
  std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
  return findings;
}

}  // namespace sparkwarden::probes::python
