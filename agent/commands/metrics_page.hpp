// SPDX-License-Identifier: Apache-2.0
// GET /metrics: what follows from the snapshot is rendered once and served from then on, to
// everybody from the same memory; what changes by itself is added to each answer.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/answer.hpp"
#include "agent/core/readiness.hpp"
#include "exporters/prometheus/metrics.hpp"

namespace sparkwarden::commands {

/// What a page is made of, at the moment of the request.
struct PageSources {
  std::shared_ptr<const Snapshot> snapshot;
  const NoticeTable* executors = nullptr;  // nullptr: a role without executors
  const exporters::ProcessSample* process = nullptr;
  std::vector<exporters::RequestCount> requests = {};
  exporters::ConnectionCounts connections = {};
  Series answer_times = {};
};

class MetricsPage {
 public:
  using Ready = std::function<Readiness(Instant)>;

  MetricsPage(exporters::AgentInfo agent,
              exporters::MetricsProfile profile,
              std::vector<std::string> known_codes,
              Ready ready);

  void adopt(exporters::MetricsProfile profile, WallTime settings_taken);

  [[nodiscard]] Answer answer(const PageSources& sources, const Request& request, Instant now);

 private:
  struct Rendered {  // the part that is kept
    std::shared_ptr<const Snapshot> of;
    Instant at;
    std::shared_ptr<SharedText> text;
  };

  [[nodiscard]] std::string render(const PageSources& sources,
                                   exporters::MetricsFormat format,
                                   Instant now) const;

  exporters::AgentInfo agent_;
  exporters::MetricsProfile profile_;
  std::vector<std::string> known_codes_;
  Ready ready_;
  std::array<Rendered, 2> rendered_;  // by format
};

}  // namespace sparkwarden::commands
