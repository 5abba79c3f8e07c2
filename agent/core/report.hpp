// SPDX-License-Identifier: Apache-2.0
// What one run of one probe saw: findings, what it could not look at, numbers, steps and facts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/facts.hpp"
#include "agent/core/finding.hpp"
#include "agent/core/measurement.hpp"
#include "agent/core/time.hpp"

namespace sparkwarden {

/// One timed step of a run, in order. `via` is wire, mount or loop; `status` is ok, error, or
/// unfinished for the step in which the run was cut off; `text` holds the other side's own words.
struct Step {
  std::string name;
  std::string via;
  microseconds took{0};
  std::string status;
  std::string text = {};

  bool operator==(const Step&) const = default;
};

/// A run can find errors and fail to look at a part, so both lists stand side by side. `again_in`
/// asks for the next run sooner than the period would bring it.
struct Observed {
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};
  std::vector<Measurement> measurements = {};
  std::vector<Step> steps = {};
  Facts facts = {};
  std::optional<milliseconds> again_in = {};

  bool operator==(const Observed&) const = default;
};

/// One run of one probe. `outdated`: what it looks at changed while it ran, so that it runs again
/// at once.
struct Report {
  std::string probe;
  Instant started;
  WallTime started_wall;
  milliseconds took{0};
  Observed observed = {};
  bool outdated = false;
};

/// The worst finding, errors first, in the order they were found; nullptr when there is none.
[[nodiscard]] const Finding* worst(const Observed& observed);

}  // namespace sparkwarden
