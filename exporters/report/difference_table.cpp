// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/difference_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "agent/core/text.hpp"
#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr std::size_t kValueMax = 24;  // a version fits, a digest does not
constexpr std::size_t kSubjectMax = 48;

std::string cut(std::string_view text, std::size_t width) {
  std::string shown = printable(text);
  if (columns(shown) <= width) return shown;
  return std::string(characters(shown, 0, width - 3)) + "...";
}

struct Row {
  Severity severity;
  std::array<std::string, 5> cells;  // severity, what, driver, executor, code
};

std::vector<Row> rows_of(const ReportDocument& document) {
  std::vector<Row> rows;
  for (const CheckReport& check : document.checks) {
    for (const Finding& finding : check.findings) {
      rows.push_back({finding.severity,
                      {std::string(to_string(finding.severity)),
                       cut(finding.subject, kSubjectMax),
                       cut(finding.expected.value_or("-"), kValueMax),
                       cut(finding.actual.value_or("-"), kValueMax),
                       finding.code}});
    }
  }
  std::ranges::stable_sort(rows, std::ranges::greater(), &Row::severity);
  return rows;
}

Ink ink_of(Severity severity) {
  if (severity == Severity::error) return Ink::error;
  return severity == Severity::warning ? Ink::warning : Ink::note;
}

}  // namespace

std::string difference_table(const ReportDocument& document, bool colour) {
  const std::vector<Row> rows = rows_of(document);
  if (rows.empty()) return {};
  const std::array<std::string, 5> head{"", "", "driver", "executor", ""};
  std::array<std::size_t, 5> widths{};
  for (std::size_t i = 0; i < head.size(); ++i) {
    widths[i] = columns(head[i]);
    for (const Row& row : rows) widths[i] = std::max(widths[i], columns(row.cells[i]));
  }
  const auto line = [&](const std::array<std::string, 5>& cells, Ink ink) {
    std::string text = painted(padded(cells[0], widths[0]), ink, colour);
    for (std::size_t i = 1; i + 1 < cells.size(); ++i) text += "  " + padded(cells[i], widths[i]);
    text += "  " + cells.back();
    return text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  };
  std::string text = line(head, Ink::plain);
  for (const Row& row : rows) text += line(row.cells, ink_of(row.severity));
  return text + '\n';
}

}  // namespace sparkwarden::exporters
