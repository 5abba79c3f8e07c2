// SPDX-License-Identifier: Apache-2.0
// What a child is asked about tokens (agent/core/storage_token.hpp), and by which words it answers:
// the same ones over the wire and through a mount.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

namespace sparkwarden::probes::storage {

/// Steps. `token` reads another pod's, `announce` writes a new one of this pod, `sweep` removes
/// what nobody needs any more.
inline constexpr std::string_view kTokenStep = "token";
inline constexpr std::string_view kAnnounceStep = "announce";
inline constexpr std::string_view kSweepStep = "sweep";

/// Facts. Times are microseconds of the steady clock, which parent and child share.
inline constexpr std::string_view kClosedFact = "token.closed_us";
inline constexpr std::string_view kReadFact = "token.read_us";
inline constexpr std::string_view kDigestFact = "token.sha256";  // of what was read

struct TokenRequest {
  std::string write = {};    // name of the new one in the pod's directory; empty: none
  std::string content = {};  // of it: at most kTokenBytesMax
  std::string keep = {};     // name of the one announced until now; empty: not known
  std::string look_up = {};  // path of another pod's; empty: none

  bool operator==(const TokenRequest&) const = default;
};

[[nodiscard]] boost::json::object to_object(const TokenRequest& request);
/// Throws what Boost.JSON throws where a member is missing or of another type.
[[nodiscard]] TokenRequest token_request_from(const boost::json::object& object);
/// Whether a child may do as it is asked: names and paths of exactly our form.
[[nodiscard]] bool is_sensible(const TokenRequest& request);

}  // namespace sparkwarden::probes::storage
