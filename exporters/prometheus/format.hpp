// SPDX-License-Identifier: Apache-2.0
// The two forms of a page of metrics, and which one a client would rather have.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden::exporters {

enum class MetricsFormat { text, open_metrics };

/// What ends a whole page of OpenMetrics; text 0.0.4 has no end.
inline constexpr std::string_view kOpenMetricsEnd = "# EOF\n";

struct NegotiatedFormat {
  MetricsFormat format = MetricsFormat::text;
  std::string content_type;
};

/// OpenMetrics 1.0.0 for those who name it and want it at least as much as text/plain, with the
/// `escaping` they ask for (our names need none, so any is kept); else text 0.0.4, whatever was
/// asked for: a scrape is never refused for its Accept.
/// Source: prometheus.io/docs/instrumenting/content_negotiation.
[[nodiscard]] NegotiatedFormat negotiate_format(std::string_view accept);

}  // namespace sparkwarden::exporters
