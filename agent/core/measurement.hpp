// SPDX-License-Identifier: Apache-2.0
// Numbers a probe saw, and the constexpr row that says how they are exported.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden {

enum class Kind { gauge, counter, histogram };

/// One metric family. Rows live in `measures.hpp` of each probe folder, so a Measurement may point
/// at one for ever. `help` is one line (prometheus-cpp does not escape it).
struct MeasureSpec {
  std::string_view name;
  std::string_view help;
  Kind kind = Kind::gauge;
  std::span<const std::string_view> label_keys = {};
  std::span<const double> buckets =
      {};  // histograms: upper bounds in ascending order, without +Inf
};

/// Gauge: set. Counter: add. Histogram: observe. `labels` are the values of `spec->label_keys`,
/// taken from closed sets.
struct Measurement {
  const MeasureSpec* spec = nullptr;
  std::vector<std::string> labels;
  double value = 0;

  bool operator==(const Measurement&) const = default;
};

}  // namespace sparkwarden
