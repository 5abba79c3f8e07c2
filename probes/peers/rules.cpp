// SPDX-License-Identifier: Apache-2.0
#include "probes/peers/rules.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "agent/core/role.hpp"
#include "agent/core/schedule.hpp"
#include "agent/core/shown_value.hpp"
#include "agent/io/http_answer.hpp"
#include "probes/peers/codes.hpp"

namespace sparkwarden::probes::peers {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr milliseconds kSkewMax{60'000};
constexpr std::size_t kEtagMax = 128;

Judged finding(Outcome outcome, const Code& row, const Asked& asked, std::string message) {
  return {.outcome = outcome, .findings = {found(row, asked.driver, std::move(message))}};
}

Judged not_looked(Outcome outcome, const Code& row, const Asked& asked, std::string message) {
  return {.outcome = outcome, .unlooked = {unlooked(row, asked.driver, std::move(message))}};
}

std::string told_by(const Asked& asked) {
  return " (address from " + asked.from + ")";
}

std::string in_seconds(milliseconds time) {
  return std::to_string(duration_cast<seconds>(time).count()) + " s";
}

/// Refused, no route, no name, closed: the same event means two things.
Judged not_there(const Error& error, const Asked& asked) {
  if (asked.reached_before) {
    return finding(Outcome::unreachable,
                   codes::kUnreachable,
                   asked,
                   "the driver's agent has answered before, and now: " + error.detail +
                       "; the last manifest stays in force");
  }
  return not_looked(Outcome::unreachable,
                    codes::kNotYet,
                    asked,
                    "never reached so far: " + error.detail + told_by(asked));
}

Judged unexpected(const Asked& asked, const std::string& what) {
  return finding(Outcome::unexpected,
                 codes::kUnexpected,
                 asked,
                 what + ": something else than an agent listens there" + told_by(asked));
}

/// The media type without parameters, in lower case.
std::string media_type(const io::HttpReply& reply) {
  std::string type = reply.header("Content-Type").value_or("");
  type.resize(std::min(type.find(';'), type.size()));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  return type;
}

std::string_view opaque(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

Judged judge_not_modified(const io::HttpReply& reply, const Asked& asked) {
  if (asked.etag.empty()) return unexpected(asked, "304 to a request that had no condition");
  const auto etag = reply.header("ETag");
  if (etag && opaque(*etag) != opaque(asked.etag)) {
    return unexpected(asked, "304 for another ETag than the one that was asked for");
  }
  return {.outcome = Outcome::not_modified};
}

/// A pause of at least `least`, and up to half as much again.
milliseconds spread(milliseconds least, std::uint64_t failures, std::uint64_t seed) {
  const milliseconds middle = least + least / 4;
  const Instant drawn = next_due(Instant(), middle, 20, seed, failures);
  return duration_cast<milliseconds>(drawn.time_since_epoch());
}

}  // namespace

std::optional<milliseconds> retry_after(const io::HttpReply& reply) {
  const auto header = reply.header("Retry-After");
  if (!header) return std::nullopt;
  constexpr std::uint64_t kMax = 86'400;
  if (const auto until = io::parse_http_date(*header)) {
    // By the clock that wrote it: ours may be what is wrong.
    const auto now = io::parse_http_date(reply.header("Date").value_or(""));
    if (!now) return std::nullopt;
    return std::clamp(
        duration_cast<milliseconds>(*until - *now), milliseconds(0), milliseconds(seconds(kMax)));
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(header->data(), header->data() + header->size(), value);
  if (error != std::errc() || end != header->data() + header->size()) return std::nullopt;
  return seconds(static_cast<std::int64_t>(std::min(value, kMax)));
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::manifest:
      return "manifest";
    case Outcome::not_modified:
      return "not-modified";
    case Outcome::unreachable:
      return "unreachable";
    case Outcome::silent:
      return "silent";
    case Outcome::no_manifest:
      return "no-manifest";
    case Outcome::not_permitted:
      return "not-permitted";
    case Outcome::unexpected:
      return "unexpected";
    case Outcome::malformed:
      return "malformed";
    case Outcome::too_large:
      return "too-large";
    case Outcome::schema:
      return "schema";
  }
  return "unexpected";
}

Unlooked judge_nobody(const std::vector<std::string>& places) {
  std::string message = "looked at: ";
  for (std::size_t i = 0; i < places.size(); ++i) message += (i == 0 ? "" : ", ") + places[i];
  return unlooked(codes::kUnknown, "driver", std::move(message));
}

Finding judge_address(const Written& written, const Error& error) {
  const bool wildcard = error.code == "url.wildcard";
  Finding told = found(wildcard ? codes::kWildcard : codes::kInvalidUrl,
                       written.from,
                       error.detail + " (from " + written.from + ")");
  told.expected = wildcard ? "the address of the driver's pod" : "a host or an http:// URL";
  told.actual = error.subject;
  return told;
}

Judged judge_failure(const Error& error, const Asked& asked) {
  if (error.code == "http.timeout") {
    return finding(Outcome::silent,
                   codes::kSilent,
                   asked,
                   error.detail + " within " + std::to_string(asked.limit.count()) +
                       " ms: a NetworkPolicy or firewall drops packets, or the pod hangs" +
                       told_by(asked));
  }
  if (error.code == "http.too-large") {
    return finding(Outcome::too_large, codes::kTooLarge, asked, "the answer: " + error.detail);
  }
  if (error.code == "http.malformed") return unexpected(asked, "no HTTP: " + error.detail);
  if (error.code == "http.cut") return unexpected(asked, error.detail);
  return not_there(error, asked);
}

Judged judge_reply(const io::HttpReply& reply, const Asked& asked) {
  const std::string status = std::to_string(reply.status);
  if (reply.status == 304) return judge_not_modified(reply, asked);
  if (reply.status == 503) {
    Judged judged = not_looked(Outcome::no_manifest,
                               codes::kNoManifest,
                               asked,
                               "the driver's agent has taken no inventory yet (503)");
    judged.wait = retry_after(reply);
    return judged;
  }
  if (reply.status == 401 || reply.status == 403) {
    return not_looked(Outcome::not_permitted,
                      codes::kNotPermitted,
                      asked,
                      "the request was refused (" + status + ")" +
                          (asked.token.empty() ? "" : ": " + asked.token) + told_by(asked));
  }
  if (reply.status != 200) {
    const bool away = reply.status >= 300 && reply.status < 400;
    return unexpected(asked, "status " + status + (away ? ", which is not followed" : ""));
  }
  const std::string type = media_type(reply);
  if (type != kManifestContentType) {
    return unexpected(
        asked, type.empty() ? "no content type" : "content type \"" + shown_text(type) + "\"");
  }
  // We ask for none: what is packed could unpack to any size.
  const std::string coding = reply.header("Content-Encoding").value_or("identity");
  if (coding != "identity") {
    return unexpected(asked, "content encoding \"" + shown_text(coding) + "\"");
  }
  return {.outcome = Outcome::manifest};
}

Judged judge_body(const Error& error, const Asked& asked) {
  if (error.code == "manifest.too-large") {
    return finding(Outcome::too_large, codes::kTooLarge, asked, "the manifest: " + error.detail);
  }
  if (error.code == "manifest.schema") {
    return not_looked(
        Outcome::schema, codes::kSchema, asked, "the manifest's schema " + error.detail);
  }
  const std::string where = error.subject.empty() ? "" : shown_text(error.subject) + ": ";
  return finding(Outcome::malformed, codes::kMalformed, asked, where + shown_text(error.detail));
}

std::vector<Finding> judge_manifest(const Manifest& manifest,
                                    const Self& self,
                                    const Asked& asked) {
  const std::string role = shown_text(manifest.pod.role);
  const std::optional<Role> known = role_from(manifest.pod.role);
  if (!known || !driver_side(*known)) {
    const bool own = !self.uid.empty() && manifest.pod.uid == self.uid;
    Finding told =
        found(codes::kNotADriver,
              asked.driver,
              (own ? "this is the executor's own agent" : "the agent there is no driver's") +
                  told_by(asked));
    told.expected = "driver, connect-server or interpreter";
    told.actual = role.empty() ? "no role" : role;
    return {std::move(told)};
  }
  const std::string& theirs = manifest.pod.app_id;
  if (!self.app_id.empty() && !theirs.empty() && self.app_id != theirs) {
    Finding told = found(codes::kOtherApplication,
                         asked.driver,
                         "the agent there belongs to another application" + told_by(asked));
    told.expected = shown_text(self.app_id);
    told.actual = shown_text(theirs);
    return {std::move(told)};
  }
  if (manifest.agent_version == self.agent_version) return {};
  Finding told = found(codes::kVersionDiffers, asked.driver, "driver and executor run two agents");
  told.expected = self.agent_version;
  told.actual = shown_text(manifest.agent_version);
  return {std::move(told)};
}

milliseconds skew_of(WallTime date, WallTime sent, WallTime received) {
  if (date > received) return duration_cast<milliseconds>(date - received);
  const WallTime date_ends = date + seconds(1);
  if (date_ends < sent) return duration_cast<milliseconds>(date_ends - sent);
  return milliseconds(0);
}

std::vector<Finding> judge_skew(milliseconds skew, const Asked& asked) {
  if (std::chrono::abs(skew) <= kSkewMax) return {};
  Finding told = found(codes::kSkewed,
                       asked.driver,
                       "the driver's clock is " + in_seconds(std::chrono::abs(skew)) +
                           (skew > milliseconds(0) ? " ahead of" : " behind") + " this pod's");
  told.expected = "at most " + in_seconds(kSkewMax);
  told.actual = in_seconds(std::chrono::abs(skew));
  return {std::move(told)};
}

std::string usable_etag(std::string_view header) {
  const bool printable = std::ranges::all_of(header, [](char c) { return c > ' ' && c <= '~'; });
  return printable && header.size() <= kEtagMax ? std::string(header) : std::string();
}

milliseconds pause_after(std::uint64_t failures, std::uint64_t seed) {
  constexpr std::uint64_t kDoublings = 7;  // 64 s
  const milliseconds least = kFirstPause * (1 << std::min(failures, kDoublings));
  return std::min(kLongestPause, spread(least, failures, seed));
}

milliseconds pause_asked_for(milliseconds wait, std::uint64_t failures, std::uint64_t seed) {
  return spread(std::clamp(wait, kFirstPause, kLongestPause), failures, seed);
}

}  // namespace sparkwarden::probes::peers
