// SPDX-License-Identifier: Apache-2.0
// The agent's own CPU, memory and files, read at most every five seconds.
#pragma once

#include "agent/core/time.hpp"
#include "exporters/prometheus/process.hpp"

namespace sparkwarden::commands {

class ProcessSampler {
 public:
  ProcessSampler();
  [[nodiscard]] const exporters::ProcessSample& sample(Instant now);

 private:
  exporters::ProcessUnits units_;
  exporters::ProcessSample last_;
  Instant taken_ = Instant::min();
};

}  // namespace sparkwarden::commands
