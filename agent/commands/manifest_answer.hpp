// SPDX-License-Identifier: Apache-2.0
// GET /v1/manifest: the snapshot's facts as one document with an ETag. A thousand executors ask for
// it every minute, so it is made once for each change and answered with 304 from then on.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/answer.hpp"
#include "agent/core/manifest.hpp"
#include "agent/core/snapshot.hpp"

namespace sparkwarden::commands {

/// Whether an If-None-Match header names `etag` (with its quotes): a list, `*`, weak ones too.
/// Source: RFC 9110 13.1.2, weak comparison.
[[nodiscard]] bool matches(std::string_view if_none_match, std::string_view etag);

class ManifestAnswer {
 public:
  ManifestAnswer(std::string agent_version, ManifestPod pod);

  /// 200, 304, or 503 with Retry-After while an inventory is to come: one of the probes python and
  /// runtime is enabled, and neither has seen any. 200 and 304 announce the storage token as old as
  /// it is at `now`: the ETag is the body's, so a new token is no new manifest.
  [[nodiscard]] Answer answer(const Snapshot& snapshot, const Request& request, Instant now);

 private:
  void render(const Facts& facts);

  Manifest manifest_;
  std::shared_ptr<SharedText> body_;
  std::string etag_;  // empty: nothing rendered yet
};

}  // namespace sparkwarden::commands
