// SPDX-License-Identifier: Apache-2.0
// Where the driver's agent listens, from what somebody wrote. Pure.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/result.hpp"
#include "agent/io/http_target.hpp"

namespace sparkwarden::probes::peers {

/// `host`, `host:port`, `[v6]:port` or an http URL as the address of an agent: port 9797 unless
/// given, target /v1/manifest.
/// Errors: `url.invalid` with what is wrong (https, a path, `$(POD_IP)` that nobody expanded),
/// `url.wildcard` for an address that means "all of my own".
[[nodiscard]] Result<io::HttpUrl> parse_driver_url(std::string_view text);

/// The host in `spark://CoarseGrainedScheduler@host:port`; empty: it has another form.
[[nodiscard]] std::string host_of_spark_url(std::string_view url);

}  // namespace sparkwarden::probes::peers
