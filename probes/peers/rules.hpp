// SPDX-License-Identifier: Apache-2.0
// The judgement: what an address, an answer and a manifest say about the connection to the driver.
// Pure; probe.hpp looks. What the two pods differ in is judged by the probes whose business it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/manifest.hpp"
#include "agent/core/report.hpp"
#include "agent/core/result.hpp"
#include "agent/io/http_client.hpp"

namespace sparkwarden::probes::peers {

/// What somebody wrote about the driver's address, and where: "SPARKWARDEN_DRIVER_URL".
struct Written {
  std::string text;
  std::string from;

  bool operator==(const Written&) const = default;
};

/// What came of a request: the values of the label `result`.
enum class Outcome {
  manifest,       // a new one, whatever it says
  not_modified,   // the one we have still holds
  unreachable,    // refused, no route, no such name, closed before an answer
  silent,         // nothing within the deadline
  no_manifest,    // 503
  not_permitted,  // 401, 403
  unexpected,     // no agent's answer
  malformed,
  too_large,
  schema
};
inline constexpr std::array kOutcomes{Outcome::manifest,
                                      Outcome::not_modified,
                                      Outcome::unreachable,
                                      Outcome::silent,
                                      Outcome::no_manifest,
                                      Outcome::not_permitted,
                                      Outcome::unexpected,
                                      Outcome::malformed,
                                      Outcome::too_large,
                                      Outcome::schema};
[[nodiscard]] std::string_view to_string(Outcome outcome);

/// One request, as far as the judgement of its answer needs it.
struct Asked {
  std::string driver;           // host:port, the subject of all findings
  std::string from;             // where the address was written
  bool reached_before = false;  // an agent has answered at this address
  std::string etag = {};        // sent as If-None-Match; empty: none
  milliseconds limit{0};
  std::string token = {};  // what to say of our token when it refuses us
};

/// What an answer says. `wait` is how long the other side asks us to stay away.
struct Judged {
  Outcome outcome = Outcome::unexpected;
  std::vector<Finding> findings = {};
  std::vector<Unlooked> unlooked = {};
  std::optional<milliseconds> wait = {};

  bool operator==(const Judged&) const = default;
};

/// Nobody told the driver: unlooked, with the places that were looked at.
[[nodiscard]] Unlooked judge_nobody(const std::vector<std::string>& places);
/// An address that parse_driver_url refuses with `error`.
[[nodiscard]] Finding judge_address(const Written& written, const Error& error);

/// No answer: `error` is one of http_get.
[[nodiscard]] Judged judge_failure(const Error& error, const Asked& asked);
/// An answer, before its body is read: without findings for `manifest` and `not_modified`.
[[nodiscard]] Judged judge_reply(const io::HttpReply& reply, const Asked& asked);
/// A body that is no manifest: `error` is one of parse_manifest.
[[nodiscard]] Judged judge_body(const Error& error, const Asked& asked);

/// Who asks.
struct Self {
  std::string uid = {};
  std::string app_id = {};  // empty: not known
  std::string agent_version = {};
};

/// Whose manifest it is. An error means that it is not this executor's driver's: hand it to nobody.
[[nodiscard]] std::vector<Finding> judge_manifest(const Manifest& manifest,
                                                  const Self& self,
                                                  const Asked& asked);

/// The other side's clock minus ours, of an answer that says `date` (whole seconds) and came
/// between `sent` and `received` of our clock: 0 where they can agree, else the least they are
/// apart.
[[nodiscard]] milliseconds skew_of(WallTime date, WallTime sent, WallTime received);
[[nodiscard]] std::vector<Finding> judge_skew(milliseconds skew, const Asked& asked);

/// The Retry-After of an answer, at most a day: seconds, or a date where the answer has one itself.
/// nullopt without one.
[[nodiscard]] std::optional<milliseconds> retry_after(const io::HttpReply& reply);

/// What of an ETag header is kept and sent back: at most 128 visible ASCII characters, else
/// nothing. It comes from anyone.
[[nodiscard]] std::string usable_etag(std::string_view header);

inline constexpr milliseconds kFirstPause{500};
inline constexpr milliseconds kLongestPause{60'000};  // the default period

/// How long to wait after `failures` of them in a row: 0.5 s doubled up to kLongestPause, and up to
/// half of that more, drawn from `seed`, so that executors that started together come one by one.
[[nodiscard]] milliseconds pause_after(std::uint64_t failures, std::uint64_t seed);
/// The same for a Retry-After, which is kept to between kFirstPause and kLongestPause.
[[nodiscard]] milliseconds pause_asked_for(milliseconds wait,
                                           std::uint64_t failures,
                                           std::uint64_t seed);

}  // namespace sparkwarden::probes::peers
