// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/line_formats.hpp"

#include <algorithm>
#include <string_view>

#include "agent/core/text.hpp"

namespace sparkwarden::exporters {
namespace {

std::string_view gcc_word(Severity severity) {
  return severity == Severity::info ? "note" : to_string(severity);
}

std::string_view github_word(Severity severity) {
  return severity == Severity::info ? "notice" : to_string(severity);
}

/// What must not stand in a command: %, line ends, and in a property also `:` and `,`.
std::string escaped(std::string_view text, bool property) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const std::string_view special = property ? "%\r\n:," : "%\r\n";
  std::string safe;
  for (const char c : to_utf8(text)) {
    const bool steers = static_cast<unsigned char>(c) < 0x20;  // a terminal, maybe
    if (!steers && special.find(c) == std::string_view::npos) {
      safe += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    safe += '%';
    safe += kHex[byte >> 4U];
    safe += kHex[byte & 15U];
  }
  return safe;
}

std::string gcc_line(std::string_view place,
                     std::string_view word,
                     std::string_view message,
                     std::string_view code) {
  return printable(place) + ": " + std::string(word) + ": " + printable(message) + " [" +
         std::string(code) + "]\n";
}

std::string gcc_place(const Location& at) {
  return at.path + ':' + std::to_string(std::max(at.line, 1)) + ':' +
         std::to_string(std::max(at.column, 1));
}

std::string github_line(const Finding& finding) {
  std::string line = "::" + std::string(github_word(finding.severity)) + " ";
  if (finding.location) {
    const Location& at = *finding.location;
    line += "file=" + escaped(at.path, true);
    if (at.line > 0) line += ",line=" + std::to_string(at.line);
    if (at.line > 0 && at.column > 0) line += ",col=" + std::to_string(at.column);
    line += ",";
  }
  std::string message = finding.message;
  if (!finding.effect.empty()) message += "\neffect: " + finding.effect;
  if (!finding.fix.empty()) message += "\nfix: " + finding.fix;
  return line + "title=" + escaped(finding.code, true) + "::" + escaped(message, false) + '\n';
}

}  // namespace

std::string report_gcc(const ReportDocument& document) {
  std::string text;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) {
      const std::string subject = finding.subject.empty() ? check.name : finding.subject;
      text += gcc_line(finding.location ? gcc_place(*finding.location) : subject,
                       gcc_word(finding.severity),
                       finding.message,
                       finding.code);
      for (const Span& span : finding.related) {
        text += gcc_line(gcc_place(span.location), "note", span.message, finding.code);
      }
    }
    for (const Unlooked& unlooked : check.unlooked) {
      text += gcc_line(unlooked.subject.empty() ? check.name : unlooked.subject,
                       "warning",
                       "could not look: " + unlooked.message,
                       unlooked.code);
    }
  }
  return text;
}

std::string report_github(const ReportDocument& document) {
  std::string text;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) text += github_line(finding);
    for (const Unlooked& unlooked : check.unlooked) {
      text += "::warning title=" + escaped(unlooked.code, true) +
              "::" + escaped("could not look: " + unlooked.message, false) + '\n';
    }
  }
  return text;
}

}  // namespace sparkwarden::exporters
