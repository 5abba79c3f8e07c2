// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/text.hpp"

#include <cstddef>
#include <map>
#include <string_view>

#include "agent/core/text.hpp"
#include "exporters/place_text.hpp"
#include "exporters/report/check_table.hpp"
#include "exporters/report/difference_table.hpp"
#include "exporters/report/excerpt.hpp"
#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {
namespace {

Ink ink_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Ink::error;
    case Severity::warning:
      return Ink::warning;
    case Severity::info:
      return Ink::note;
  }
  return Ink::error;
}

std::string headline(
    std::string_view place, std::string_view kind, std::string_view message, Ink ink, bool colour) {
  std::string line;
  if (!place.empty()) line += painted(std::string(place) + ':', Ink::bold, colour) + ' ';
  return line + painted(std::string(kind) + ':', ink, colour) + ' ' + printable(message) + '\n';
}

std::string source_of(const Location& location, char mark, Ink ink, const TextOptions& options) {
  if (location.line <= 0 || !options.source_line) return {};
  const auto line = options.source_line(location.path, location.line);
  if (!line) return {};
  const Excerpt shown = excerpt(*line, location, mark, options.width);
  std::string text = painted(shown.gutter, Ink::faint, options.colour) + shown.line + '\n';
  if (!shown.pointer.empty()) {
    text += painted(shown.margin, Ink::faint, options.colour) +
            painted(shown.pointer, ink, options.colour) + '\n';
  }
  return text;
}

std::string detail(std::string_view label, std::string_view text, const TextOptions& options) {
  if (text.empty()) return {};
  std::string lines =
      wrapped(padded("  " + std::string(label) + ':', 12), printable(text), options.width);
  if (!options.colour) return lines;
  const std::size_t end = lines.find(':') + 1;
  return painted(lines.substr(0, end), Ink::bold, true) + lines.substr(end);
}

std::string short_line(const CheckReport& check, const Finding& finding, bool colour) {
  const std::string subject = finding.subject.empty() ? check.name : finding.subject;
  const std::string place = finding.location ? place_text(*finding.location) : printable(subject);
  const std::string kind = std::string(to_string(finding.severity)) + '[' + finding.code + ']';
  return headline(place, kind, finding.message, ink_of(finding.severity), colour);
}

std::string finding_text(const CheckReport& check,
                         const Finding& finding,
                         const TextOptions& options) {
  const Ink ink = ink_of(finding.severity);
  std::string text = short_line(check, finding, options.colour);
  if (finding.location) text += source_of(*finding.location, '^', ink, options);
  for (const Span& span : finding.related) {
    text += headline(place_text(span.location), "note", span.message, Ink::note, options.colour);
    text += source_of(span.location, '-', Ink::note, options);
  }
  text += detail("expected", finding.expected.value_or(""), options);
  text += detail("actual", finding.actual.value_or(""), options);
  text += detail("effect", finding.effect, options);
  text += detail("fix", finding.fix, options);
  return text + '\n';
}

/// How often each code stands in a document, so that two hundred of one kind read as one.
class Kinds {
 public:
  explicit Kinds(const ReportDocument& document) {
    for (const CheckReport& check : document.checks) {
      for (const Finding& finding : check.findings) ++counts_[finding.code];
    }
  }

  /// The finding in full, or nothing when it goes among the lines of the rest.
  std::string text(const CheckReport& check, const Finding& finding, const TextOptions& options) {
    Rest& rest = rest_[finding.code];
    const bool many = counts_[finding.code] > kInFull;
    if (!many || rest.shown++ == 0) return finding_text(check, finding, options);
    if (rest.shown - 1 <= kLinesOfOneKind) rest.lines += short_line(check, finding, options.colour);
    return {};
  }

  [[nodiscard]] std::string rest(bool colour) const {
    std::string text;
    for (const auto& [code, rest] : rest_) {
      if (rest.lines.empty()) continue;
      const std::size_t others = rest.shown - 1;
      text += painted(code + ", " + std::to_string(others) + " more:", Ink::bold, colour) + '\n' +
              rest.lines;
      if (others > kLinesOfOneKind) {
        text += "... and " + std::to_string(others - kLinesOfOneKind) +
                " more; --format short lists them all\n";
      }
      text += '\n';
    }
    return text;
  }

 private:
  struct Rest {
    std::size_t shown = 0;
    std::string lines;
  };
  std::map<std::string, std::size_t> counts_;
  std::map<std::string, Rest> rest_;
};

std::string unlooked_line(const CheckReport& check, const Unlooked& unlooked, bool colour) {
  const std::string subject = unlooked.subject.empty() ? check.name : unlooked.subject;
  const std::string kind = "unknown[" + unlooked.code + ']';
  return headline(printable(subject), kind, unlooked.message, Ink::unknown, colour);
}

std::string unlooked_text(const CheckReport& check,
                          const Unlooked& unlooked,
                          const TextOptions& options) {
  return unlooked_line(check, unlooked, options.colour) + '\n';
}

}  // namespace

std::string report_short(const ReportDocument& document, bool colour) {
  std::string text;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) text += short_line(check, finding, colour);
    for (const Unlooked& unlooked : check.unlooked) {
      text += unlooked_line(check, unlooked, colour);
    }
  }
  return text + summary_lines(document, colour);
}

std::string differences_text(const ReportDocument& document,
                             Severity details_from,
                             const TextOptions& options) {
  std::string text;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) {
      if (finding.severity >= details_from) text += finding_text(check, finding, options);
    }
    for (const Unlooked& unlooked : check.unlooked) text += unlooked_text(check, unlooked, options);
  }
  return text + difference_table(document, options.colour) +
         summary_lines(document, options.colour);
}

std::string report_text(const ReportDocument& document, const TextOptions& options) {
  std::string text;
  Kinds kinds(document);
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) text += kinds.text(check, finding, options);
    for (const Unlooked& unlooked : check.unlooked) text += unlooked_text(check, unlooked, options);
  }
  text += kinds.rest(options.colour);
  text += step_tables(document, options.width, options.colour);
  text += check_table(document, options.colour);
  text += summary_lines(document, options.colour);
  return text;
}

}  // namespace sparkwarden::exporters
