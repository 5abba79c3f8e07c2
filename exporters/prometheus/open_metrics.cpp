// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/open_metrics.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace sparkwarden::exporters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kTotal = "_total";
constexpr std::string_view kInfo = "_info";
constexpr std::array<std::string_view, 3> kUnits{"seconds", "bytes", "ratio"};

/// The name in TYPE and HELP: without the suffix that the samples have.
struct Naming {
  std::string_view family;
  std::string_view type;
  std::string_view suffix = {};
};

std::string_view without(std::string_view name, std::string_view suffix) {
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

Naming naming_of(const MetricFamily& family) {
  switch (family.type) {
    case MetricType::Counter:
      return {without(family.name, kTotal), "counter", kTotal};
    case MetricType::Gauge:
      if (family.name.ends_with(kInfo)) return {without(family.name, kInfo), "info", kInfo};
      return {family.name, "gauge"};
    case MetricType::Histogram:
      return {family.name, "histogram"};
    case MetricType::Summary:
    case MetricType::Untyped:
      break;  // none of our kinds
  }
  return {family.name, "unknown"};
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || c == '"') out += '\\';
      out += c;
    }
  }
}

/// `always_real`: 1 as 1.0, the form that bounds have to have.
void append_number(std::string& out, double value, bool always_real = false) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits{};
    // The form of bounds in the specification: 0.0001, and not 1e-04.
    const bool scientific = value != 0 && (std::abs(value) < 1e-4 || std::abs(value) >= 1e15);
    const auto [end, error] =
        std::to_chars(digits.data(),
                      digits.data() + digits.size(),
                      value,
                      scientific ? std::chars_format::scientific : std::chars_format::fixed);
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (always_real && text.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += "=\"";
  append_escaped(out, value);
  out += '"';
}

/// `name{labels,le="bound"}` and a blank; `bound`: nullptr for none.
void append_series(std::string& out,
                   std::string_view name,
                   std::string_view suffix,
                   const ClientMetric& metric,
                   const double* bound = nullptr) {
  out += name;
  out += suffix;
  char before = '{';
  for (const ClientMetric::Label& label : metric.label) {
    out += before;
    append_label(out, label.name, label.value);
    before = ',';
  }
  if (bound != nullptr) {
    out += before;
    std::string text;
    append_number(text, *bound, true);
    append_label(out, "le", text);
    before = ',';
  }
  out += before == ',' ? "} " : " ";
}

void append_line(std::string& out,
                 std::string_view what,
                 std::string_view family,
                 std::string_view text) {
  out += "# ";
  out += what;
  out += ' ';
  out += family;
  out += ' ';
  append_escaped(out, text);
  out += '\n';
}

void append_head(std::string& out, const Naming& naming, std::string_view help) {
  append_line(out, "TYPE", naming.family, naming.type);
  for (const std::string_view unit : kUnits) {
    const std::string ending = "_" + std::string(unit);
    if (naming.family.ends_with(ending)) append_line(out, "UNIT", naming.family, unit);
  }
  append_line(out, "HELP", naming.family, help);
}

void append_histogram(std::string& out, std::string_view name, const ClientMetric& metric) {
  for (const ClientMetric::Bucket& bucket : metric.histogram.bucket) {
    append_series(out, name, "_bucket", metric, &bucket.upper_bound);
    out += std::to_string(bucket.cumulative_count) + '\n';
  }
  append_series(out, name, "_count", metric);
  out += std::to_string(metric.histogram.sample_count) + '\n';
  append_series(out, name, "_sum", metric);
  append_number(out, metric.histogram.sample_sum);
  out += '\n';
}

}  // namespace

std::string open_metrics_text(const std::vector<MetricFamily>& families) {
  std::string out;
  for (const MetricFamily& family : families) {
    const Naming naming = naming_of(family);
    append_head(out, naming, family.help);
    for (const ClientMetric& metric : family.metric) {
      if (family.type == MetricType::Histogram) {
        append_histogram(out, naming.family, metric);
        continue;
      }
      append_series(out, naming.family, naming.suffix, metric);
      const bool counts = family.type == MetricType::Counter;
      append_number(out, counts ? metric.counter.value : metric.gauge.value);
      out += '\n';
    }
  }
  return out;
}

}  // namespace sparkwarden::exporters
