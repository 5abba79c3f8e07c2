// SPDX-License-Identifier: Apache-2.0
// How GoogleTest prints the values of this probe, and how tables name their cases.
#pragma once

#include <ostream>
#include <string>

#include "agent/core/report.hpp"
#include "probes/config/hadoop_xml.hpp"
#include "probes/config/pod_template.hpp"
#include "probes/config/properties.hpp"

namespace sparkwarden {

inline void PrintTo(const Location& at, std::ostream* out) {
  *out << at.path << ":" << at.line << ":" << at.column << "-" << at.end_column;
}

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << "\n  " << to_string(finding.severity) << "[" << finding.code << "] " << finding.subject
       << "\n    ";
  if (finding.location) PrintTo(*finding.location, out);
  *out << " " << finding.message;
  for (const Span& span : finding.related) {
    *out << "\n    related ";
    PrintTo(span.location, out);
    *out << " " << span.message;
  }
  *out << "\n    effect: " << finding.effect << "\n    fix: " << finding.fix;
}

inline void PrintTo(const Unlooked& unlooked, std::ostream* out) {
  *out << "\n  unlooked[" << unlooked.code << "] " << unlooked.subject << ": " << unlooked.message;
}

namespace probes::config {

inline void PrintTo(const Place& at, std::ostream* out) {
  *out << at.line << ":" << at.column << "-" << at.end_column;
}

inline void PrintTo(const Text& text, std::ostream* out) {
  *out << '"' << text.text << "\"@";
  PrintTo(text.at, out);
}

inline void PrintTo(const Property& property, std::ostream* out) {
  PrintTo(property.key, out);
  *out << " = ";
  PrintTo(property.value, out);
}

inline void PrintTo(const PropertiesProblem& problem, std::ostream* out) {
  *out << "problem " << static_cast<int>(problem.kind) << "@";
  PrintTo(problem.at, out);
}

inline void PrintTo(const HadoopProperty& property, std::ostream* out) {
  PrintTo(property.name, out);
  *out << " = ";
  PrintTo(property.value, out);
  *out << (property.final ? " final" : "");
}

inline void PrintTo(const XmlProblem& problem, std::ostream* out) {
  *out << (problem.kind == XmlProblem::Kind::malformed ? "malformed@" : "declined@");
  PrintTo(problem.at, out);
  *out << " " << problem.reason << " | " << problem.words;
}

inline void PrintTo(const TemplateProblem& problem, std::ostream* out) {
  *out << (problem.kind == TemplateProblem::Kind::malformed ? "malformed@" : "declined@");
  PrintTo(problem.at, out);
  *out << " " << problem.reason << " (";
  PrintTo(problem.related, out);
  *out << ")";
}

/// The name of a table's case is its field `name`.
inline constexpr auto by_name = [](const auto& each) { return std::string(each.param.name); };

}  // namespace probes::config
}  // namespace sparkwarden
