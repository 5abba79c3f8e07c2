// SPDX-License-Identifier: Apache-2.0
// From our measures to prometheus-cpp's families and their text. Used in this folder alone.
#pragma once

#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "agent/core/snapshot.hpp"
#include "exporters/prometheus/format.hpp"

namespace sparkwarden::exporters {

/// The family without samples.
[[nodiscard]] prometheus::MetricFamily family_of(const MeasureSpec& spec);

/// Adds one sample. Label values become valid UTF-8. A sample whose labels do not fit the spec is
/// left out: one wrong series must not cost the whole page.
void add(prometheus::MetricFamily& family,
         const MeasureSpec& spec,
         const std::vector<std::string>& labels,
         const Series& series);

/// As above, for a gauge or counter.
void add(prometheus::MetricFamily& family,
         const MeasureSpec& spec,
         const std::vector<std::string>& labels,
         double value);

/// Those families that have samples, without the end that OpenMetrics wants of a whole page.
[[nodiscard]] std::string to_text(std::vector<prometheus::MetricFamily> families,
                                  MetricsFormat format);

}  // namespace sparkwarden::exporters
