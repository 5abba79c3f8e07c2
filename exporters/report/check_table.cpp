// SPDX-License-Identifier: Apache-2.0
#include "exporters/report/check_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "agent/core/text.hpp"
#include "exporters/report/style.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kTextNarrowest = 20;
constexpr std::size_t kAllChecks = 20;

std::pair<std::string_view, Ink> mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return {"ok", Ink::good};
    case Verdict::warn:
      return {"warn", Ink::warning};
    case Verdict::fail:
      return {"FAIL", Ink::error};
    case Verdict::unknown:
      return {"unknown", Ink::unknown};
  }
  return {"unknown", Ink::unknown};
}

std::string right_aligned(const std::string& text) {
  return std::string(kTimeWidth > text.size() ? kTimeWidth - text.size() : 0, ' ') + text;
}

/// Three figures are enough: 0.31 ms, 12.4 ms, 3001 ms.
std::string time_text(microseconds took) {
  const double ms = static_cast<double>(took.count()) / 1000;
  const int digits = ms < 10 ? 2 : ms < 100 ? 1 : 0;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f ms", digits, ms);
  return right_aligned(text.data());
}

std::string time_text(milliseconds took) {
  return right_aligned(std::to_string(took.count()) + " ms");
}

template <typename Rows, typename TextOf>
std::size_t widest(const Rows& rows, TextOf text_of) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, columns(printable(text_of(row))));
  return width;
}

std::string step_line(const Step& step, std::size_t name_width, std::size_t width, bool colour) {
  const bool ok = step.status == "ok";
  std::string line = "  " + padded(printable(step.name), name_width) + "  " +
                     padded(printable(step.via), 5) + time_text(step.took) + "  ";
  const std::size_t used = columns(line) + columns(step.status) + 2;
  line += painted(printable(step.status), ok ? Ink::good : Ink::error, colour);
  if (step.text.empty()) return line + '\n';
  const std::string text = printable(step.text);
  const std::size_t room = std::max(width, used + kTextNarrowest) - used;
  line += "  " + std::string(characters(text, 0, room));
  return line + '\n';
}

std::string plural(std::size_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

/// The code most worth reading about; empty when there is none.
std::string worst_code(const ReportDocument& document) {
  for (const Verdict verdict : {Verdict::fail, Verdict::unknown, Verdict::warn}) {
    for (const CheckReport& check : document.checks) {
      if (check.verdict == verdict) return reason_of(check);
    }
  }
  return {};
}

}  // namespace

std::string step_tables(const ReportDocument& document, std::size_t width, bool colour) {
  std::string text;
  for (const CheckReport& check : document.checks) {
    if (check.steps.empty()) continue;
    const std::size_t name_width = widest(check.steps, [](const Step& step) { return step.name; });
    text += painted(printable(check.name) + ", step by step", Ink::bold, colour) + '\n';
    for (const Step& step : check.steps) text += step_line(step, name_width, width, colour);
    text += '\n';
  }
  return text;
}

std::string check_table(const ReportDocument& document, bool colour) {
  std::string text;
  // A thousand applications that are fine need no line each.
  const bool all = document.checks.size() <= kAllChecks;
  std::size_t shown = 0;
  const std::size_t name_width =
      widest(document.checks, [](const CheckReport& check) { return check.name; });
  for (const CheckReport& check : document.checks) {
    if (!all && check.verdict == Verdict::pass) continue;
    if (!all && shown++ >= kAllChecks) continue;
    const auto [word, ink] = mark_of(check.verdict);
    const std::string mark = painted(padded(std::string(word), 7), ink, colour);
    const std::string reason = reason_of(check);
    const bool more = document.timed || !reason.empty();
    text += mark + "  " + padded(printable(check.name), more ? name_width : 0);
    if (document.timed) text += time_text(check.took);
    if (!reason.empty()) text += "  " + reason;
    text += '\n';
  }
  if (shown > kAllChecks) text += "... and " + std::to_string(shown - kAllChecks) + " more\n";
  return text.empty() ? text : text + '\n';
}

std::string summary_lines(const ReportDocument& document, bool colour) {
  const Summary summary = summarise(document);
  std::string counts;
  const auto add = [&](std::size_t count, const std::string& words) {
    if (count == 0) return;
    if (!counts.empty()) counts += ", ";
    counts += words;
  };
  add(summary.errors, plural(summary.errors, "error"));
  add(summary.warnings, plural(summary.warnings, "warning"));
  add(summary.infos, std::to_string(summary.infos) + " info");
  add(summary.unknown, std::to_string(summary.unknown) + " unknown");
  if (counts.empty()) counts = "no findings";
  if (summary.suppressed > 0) {
    counts += " (" + std::to_string(summary.suppressed) + " suppressed)";
  }
  std::string text = painted(counts, Ink::bold, colour) + " in " +
                     plural(document.checks.size(), document.noun) + '\n';
  if (const std::string code = worst_code(document); !code.empty()) {
    text += "learn more: " + document.tool_name + " explain " + code + '\n';
  }
  return text;
}

}  // namespace sparkwarden::exporters
