// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus/family.hpp"

#include <cstddef>
#include <limits>
#include <utility>

#include <prometheus/text_serializer.h>

#include "agent/core/text.hpp"
#include "exporters/prometheus/open_metrics.hpp"

namespace sparkwarden::exporters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricType type_of(Kind kind) {
  switch (kind) {
    case Kind::gauge:
      return MetricType::Gauge;
    case Kind::counter:
      return MetricType::Counter;
    case Kind::histogram:
      return MetricType::Histogram;
  }
  return MetricType::Untyped;
}

/// Our buckets count for themselves, Prometheus' count everything below as well.
ClientMetric::Histogram histogram_of(const MeasureSpec& spec, const Series& series) {
  ClientMetric::Histogram histogram;
  histogram.sample_count = series.count;
  histogram.sample_sum = series.sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < spec.buckets.size(); ++i) {
    if (i < series.buckets.size()) cumulative += series.buckets[i];
    histogram.bucket.push_back({cumulative, spec.buckets[i]});
  }
  histogram.bucket.push_back({series.count, std::numeric_limits<double>::infinity()});
  return histogram;
}

}  // namespace

MetricFamily family_of(const MeasureSpec& spec) {
  return {std::string(spec.name), std::string(spec.help), type_of(spec.kind), {}};
}

void add(MetricFamily& family,
         const MeasureSpec& spec,
         const std::vector<std::string>& labels,
         const Series& series) {
  if (labels.size() != spec.label_keys.size()) return;
  ClientMetric metric;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    metric.label.push_back({std::string(spec.label_keys[i]), to_utf8(labels[i])});
  }
  switch (spec.kind) {
    case Kind::gauge:
      metric.gauge.value = series.value;
      break;
    case Kind::counter:
      metric.counter.value = series.value;
      break;
    case Kind::histogram:
      metric.histogram = histogram_of(spec, series);
      break;
  }
  family.metric.push_back(std::move(metric));
}

void add(MetricFamily& family,
         const MeasureSpec& spec,
         const std::vector<std::string>& labels,
         double value) {
  Series series;
  series.value = value;
  add(family, spec, labels, series);
}

std::string to_text(std::vector<MetricFamily> families, MetricsFormat format) {
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  if (format == MetricsFormat::open_metrics) return open_metrics_text(families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace sparkwarden::exporters
