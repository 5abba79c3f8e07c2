// SPDX-License-Identifier: Apache-2.0
// prometheus-cpp's families as OpenMetrics text 1.0, which its own serializer does not write. Used
// in this folder alone.
#pragma once

#include <string>
#include <vector>

#include <prometheus/metric_family.h>

namespace sparkwarden::exporters {

/// Families in their order, without the `# EOF` of a whole page. A gauge named `_info` is an info
/// metric, and a family whose name ends in seconds, bytes or ratio says its unit.
/// Source: OpenMetrics 1.0.0, "Text Format".
[[nodiscard]] std::string open_metrics_text(const std::vector<prometheus::MetricFamily>& families);

}  // namespace sparkwarden::exporters
