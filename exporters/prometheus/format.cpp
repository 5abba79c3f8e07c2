// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/format.hpp"

#include <algorithm>
#include <array>

#include "agent/core/accept.hpp"

namespace sparkwarden::exporters {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kOpenMetrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr std::array<std::string_view, 4> kEscapings{
    "allow-utf-8", "underscores", "dots", "values"};

bool is_open_metrics(const Preference& one) {
  const std::string_view version = one.parameter("version");
  return same_word(one.value, "application/openmetrics-text") &&
         (version.empty() || version == "1.0.0");
}

bool is_text(const Preference& one) {
  const std::string_view version = one.parameter("version");
  return same_word(one.value, "text/plain") && (version.empty() || version == "0.0.4");
}

}  // namespace

NegotiatedFormat negotiate_format(std::string_view accept) {
  int text = 0;
  int open = 0;
  std::string_view escaping;
  for (const Preference& one : preferences(accept)) {
    if (is_text(one)) text = std::max(text, one.quality);
    if (!is_open_metrics(one) || one.quality <= open) continue;
    open = one.quality;
    escaping = one.parameter("escaping");
  }
  if (open == 0 || open < text) return {MetricsFormat::text, std::string(kText)};
  std::string type(kOpenMetrics);
  if (std::ranges::find(kEscapings, escaping) != kEscapings.end()) {
    type += "; escaping=" + std::string(escaping);
  }
  return {MetricsFormat::open_metrics, std::move(type)};
}

}  // namespace sparkwarden::exporters
