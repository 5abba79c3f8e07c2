// SPDX-License-Identifier: Apache-2.0
// What is wrong with one Python environment, whatever the driver has.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/python_version.hpp"
#include "agent/core/shown_value.hpp"
#include "probes/python/codes.hpp"
#include "probes/python/floors.hpp"
#include "probes/python/measures.hpp"
#include "probes/python/rules.hpp"

namespace sparkwarden::probes::python {
namespace {

using Findings = std::vector<Finding>;

constexpr std::string_view kDefaultInterpreter = "python3";
constexpr std::string_view kArea = "python.";

struct NoteRow {
  const Code& code;
  std::string message;
};

NoteRow row_of(const PythonNote& note) {
  const std::string subject = shown_text(note.subject);
  const std::string detail = shown_text(note.detail);
  switch (note.kind) {
    case NoteKind::duplicate:
      return {codes::kDuplicate, subject + " stands in one directory twice: " + detail};
    case NoteKind::leftover:
      return {codes::kLeftover, "left by an interrupted pip: " + detail};
    case NoteKind::no_metadata:
      return {codes::kNoMetadata, "no name and version in " + detail};
    case NoteKind::version_conflict:
      return {codes::kVersionConflict, detail};
    case NoteKind::invalid_version:
      return {codes::kInvalidVersion, subject + " calls its version " + detail};
    case NoteKind::dynamic_path:
      break;
  }
  return {codes::kDynamicPath, "code runs at " + detail + " whenever Python starts"};
}

Finding judge_note(const PythonNote& note) {
  NoteRow row = row_of(note);
  return found(row.code, shown_text(note.subject), std::move(row.message));
}

std::string release_of(const PythonManifest& python) {
  return "PySpark " + shown_text(python.pyspark->version);
}

/// `3.11` of an interpreter that tells no more than its minor version is not below 3.11.
bool is_below(std::string_view version, std::string_view limit) {
  const auto left = parse_version(version);
  return left && compare_versions(*left, *parse_version(limit)) < 0;
}

/// The words of pyspark/sql/pandas/utils.py, seen on 3.5.9 and 4.3.0, where it checks the package.
std::string below_floor_effect(const PythonManifest& python,
                               const Floor& floor,
                               const std::string& version) {
  const bool old = is_below(python.pyspark->version, "4.0.dev0");
  const std::string_view spoken = floor.package == "pandas"          ? "Pandas"
                                  : floor.package == "pyarrow"       ? "PyArrow"
                                  : floor.package == "numpy" && !old ? "NumPy"
                                                                     : "";
  if (!spoken.empty()) {
    return (old ? "ImportError: " : "[UNSUPPORTED_PACKAGE_VERSION] ") + std::string(spoken) +
           " >= " + std::string(floor.minimum) + " must be installed; however, your version " +
           (old ? "was " : "is ") + version + ".";
  }
  if (floor.connect) {
    return "Spark Connect's Python client is generated for newer ones and fails with ImportError, "
           "AttributeError or VersionError; classic PySpark does not use it";
  }
  return "ImportError or AttributeError from inside pyspark";
}

Finding too_old(const PythonManifest& python, const Floor& floor, const std::string& version) {
  const std::string package(floor.package);
  Finding finding = found(codes::kBelowFloor,
                          package,
                          package + " is " + version + ", and " + release_of(python) +
                              " asks for at least " + std::string(floor.minimum));
  if (floor.connect) finding.severity = Severity::warning;
  finding.expected = ">=" + std::string(floor.minimum);
  finding.actual = version;
  finding.effect = below_floor_effect(python, floor, version);
  finding.fix = "pip install '" + package + ">=" + std::string(floor.minimum) + "'";
  return finding;
}

Finding too_new(const PythonManifest& python, const Floor& floor, const std::string& version) {
  const std::string package(floor.package);
  Finding finding = found(codes::kTooNew,
                          package,
                          package + " is " + version + ", and " + release_of(python) +
                              " works with versions below " + std::string(floor.below));
  finding.expected = "<" + std::string(floor.below);
  finding.actual = version;
  finding.fix = "pip install '" + package + ">=" + std::string(floor.minimum) + ",<" +
                std::string(floor.below) + "', or use Spark 4.0 or newer";
  return finding;
}

Finding old_python(const PythonManifest& python, const Floor& floor) {
  Finding finding =
      found(codes::kPythonBelowFloor,
            "python",
            "Python is " + shown_text(python.version) + ", and " + release_of(python) +
                " asks for at least " + std::string(floor.minimum));
  finding.expected = ">=" + std::string(floor.minimum);
  finding.actual = shown_text(python.version);
  return finding;
}

void judge_floors(const PythonManifest& python, Findings& out) {
  if (!python.pyspark) return;
  for (const Floor& floor : floors_of(python.pyspark->version)) {
    if (floor.package == "python") {
      if (is_below(python.version, floor.minimum)) out.push_back(old_python(python, floor));
      continue;
    }
    const auto package =
        std::ranges::find(python.distributions, floor.package, &Distribution::name);
    if (package == python.distributions.end()) continue;
    const std::string version = shown_text(package->version);
    if (is_below(package->version, floor.minimum)) {
      out.push_back(too_old(python, floor, version));
    } else if (!floor.below.empty() && parse_version(package->version) &&
               !is_below(package->version, floor.below)) {
      out.push_back(too_new(python, floor, version));
    }
  }
}

/// Scala and Java jobs need no Python, so only a missing interpreter that somebody asked for is an
/// error; in an executor, what the driver has is judged as a difference.
Finding no_interpreter(const PythonManifest& python) {
  const std::string wanted = shown_text(python.requested);
  Finding finding = found(
      codes::kInterpreterMissing, wanted, wanted + " leads to no Python interpreter in this image");
  if (python.requested == kDefaultInterpreter) finding.severity = Severity::info;
  finding.effect = "java.io.IOException: Cannot run program \"" + wanted +
                   "\": error=2, No such file or directory";
  return finding;
}

}  // namespace

Observed judge_environment(const PythonManifest& python) {
  Observed seen;
  for (const std::string& reason : python.incomplete) {
    if (seen.unlooked.size() == kFindingsPerCode) break;
    seen.unlooked.push_back(unlooked(codes::kInventoryIncomplete, "python", shown_text(reason)));
  }
  if (python.executable.empty() && python.complete) {
    seen.findings.push_back(no_interpreter(python));
  }
  judge_floors(python, seen.findings);
  for (const PythonNote& note : python.notes) seen.findings.push_back(judge_note(note));
  seen.findings = grouped(std::move(seen.findings));
  return seen;
}

std::vector<Measurement> measurements_of(const PythonManifest& python,
                                         std::span<const Finding> differences) {
  std::vector<Measurement> measurements{
      {&measures::kPackages, {}, static_cast<double>(python.distributions.size())}};
  std::map<std::pair<std::string, Severity>, double> counts;
  for (const Finding& finding : differences)
    ++counts[{finding.code.substr(kArea.size()), finding.severity}];
  for (const auto& [key, count] : counts) {
    measurements.push_back(
        {&measures::kDifferences, {key.first, std::string(to_string(key.second))}, count});
  }
  return measurements;
}

}  // namespace sparkwarden::probes::python
