// SPDX-License-Identifier: Apache-2.0
// direct_url.json: where a distribution came from that no index gave. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/python_manifest.hpp"

namespace sparkwarden::probes::python {

/// What `text` says, without secrets in its URL. nullopt: not PEP 610, or the leftover of a conda
/// build (a plain directory, where `installer` is conda or the directory is conda's own).
/// Source: PEP 610; packaging.python.org, direct-url.
[[nodiscard]] std::optional<DirectUrl> parse_direct_url(std::string_view text,
                                                        std::string_view installer);

/// `url` without `user:password@`, query and fragment: a query may be a signature or a token, and
/// where it is not, commit and hash tell more.
[[nodiscard]] std::string without_credentials(std::string_view url);

}  // namespace sparkwarden::probes::python
