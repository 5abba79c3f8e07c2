// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/metrics_page.hpp"

#include <utility>

namespace sparkwarden::commands {
namespace {

// A verdict can grow too old, and executors can report, without a new snapshot.
constexpr milliseconds kRenderedAgeMax{5'000};

}  // namespace

MetricsPage::MetricsPage(exporters::AgentInfo agent,
                         exporters::MetricsProfile profile,
                         std::vector<std::string> known_codes,
                         Ready ready)
    : agent_(std::move(agent)),
      profile_(profile),
      known_codes_(std::move(known_codes)),
      ready_(std::move(ready)) {}

void MetricsPage::adopt(exporters::MetricsProfile profile, WallTime settings_taken) {
  profile_ = profile;
  agent_.settings_taken = settings_taken;
  rendered_ = {};
}

Answer MetricsPage::answer(const PageSources& sources, const Request& request, Instant now) {
  exporters::NegotiatedFormat wanted =
      exporters::negotiate_format(request.header("Accept").value_or(""));
  Rendered& kept = rendered_.at(static_cast<std::size_t>(wanted.format));
  if (kept.of != sources.snapshot || now - kept.at > kRenderedAgeMax) {
    kept = {
        sources.snapshot, now, std::make_shared<SharedText>(render(sources, wanted.format, now))};
  }
  const Series& times =
      profile_ == exporters::MetricsProfile::full ? sources.answer_times : Series{};
  std::string rest = exporters::sampled_metrics(
      *sources.process, sources.requests, sources.connections, times, wanted.format);
  if (wanted.format == exporters::MetricsFormat::open_metrics) rest += exporters::kOpenMetricsEnd;
  return {.content_type = std::move(wanted.content_type),
          .body = std::move(rest),
          .headers = {{"Vary", "Accept"}},
          .shared = kept.text};
}

std::string MetricsPage::render(const PageSources& sources,
                                exporters::MetricsFormat format,
                                Instant now) const {
  std::string page =
      exporters::snapshot_metrics(*sources.snapshot, ready_(now), agent_, profile_, now, format);
  if (sources.executors != nullptr) {
    page += exporters::executor_metrics(*sources.executors, known_codes_, now, format);
  }
  return page;
}

}  // namespace sparkwarden::commands
