// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/manifest_answer.hpp"

#include <utility>

namespace sparkwarden::commands {
namespace {

constexpr std::string_view kRetryAfterSeconds = "5";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// Executors that got half of a manifest would compare with it until they ask again, a minute
/// later.
bool inventory_is_to_come(const Snapshot& snapshot, const Facts& facts) {
  const ProbeState* python = snapshot.find("python");
  const ProbeState* runtime = snapshot.find("runtime");
  const auto pending = [](const ProbeState* probe) {
    return probe != nullptr && probe->last == nullptr;
  };
  if (pending(python) && facts.python == nullptr) return true;
  if (pending(runtime) && facts.runtime == nullptr) return true;
  const bool enabled = python != nullptr || runtime != nullptr;
  return enabled && facts.python == nullptr && facts.runtime == nullptr;
}

}  // namespace

bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t comma = if_none_match.find(',');
    std::string_view one = trimmed(if_none_match.substr(0, comma));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

ManifestAnswer::ManifestAnswer(std::string agent_version, ManifestPod pod) {
  manifest_.agent_version = std::move(agent_version);
  manifest_.pod = std::move(pod);
}

Answer ManifestAnswer::answer(const Snapshot& snapshot, const Request& request, Instant now) {
  const Facts facts = merged_facts(snapshot);
  if (inventory_is_to_come(snapshot, facts)) {
    return {.status = 503,
            .body = "503 no inventory yet\n",
            .headers = {{"Retry-After", std::string(kRetryAfterSeconds)}}};
  }
  // Probes tell the same pointer again while nothing changes.
  const bool same = !etag_.empty() && manifest_.python == facts.python &&
                    manifest_.runtime == facts.runtime &&
                    manifest_.config == facts.config_digests && manifest_.storage == facts.storage;
  if (!same) render(facts);
  Headers headers{{"ETag", etag_}};
  if (facts.own_token) {
    headers.emplace_back(kStorageHeader, to_header(*facts.own_token, now));
  }
  if (matches(request.header("If-None-Match").value_or(""), etag_)) {
    return {.status = 304, .headers = std::move(headers)};
  }
  return {.content_type = std::string(kManifestContentType),
          .headers = std::move(headers),
          .shared = body_};
}

void ManifestAnswer::render(const Facts& facts) {
  manifest_.python = facts.python;
  manifest_.runtime = facts.runtime;
  manifest_.config = facts.config_digests;
  manifest_.storage = facts.storage;
  body_ = std::make_shared<SharedText>(to_json(manifest_));
  etag_ = '"' + sha256_hex(body_->text) + '"';
}

}  // namespace sparkwarden::commands
