// SPDX-License-Identifier: Apache-2.0
// Where the agent beside this container listens, for those who follow its gate.
#pragma once

#include <optional>
#include <string>

#include "agent/config/config.hpp"
#include "agent/core/result.hpp"
#include "agent/io/http_target.hpp"

namespace sparkwarden::commands {

/// /startupz of the agent that has these settings. `port_file` is what stands in its port file,
/// which says more than the settings do: the agent may have had to take another port.
/// Errors: `port-file.malformed` (the file is shared by containers).
[[nodiscard]] Result<io::HttpUrl> agent_url(const settings::Listen& listen,
                                            const std::optional<std::string>& port_file);

/// What somebody wrote; /startupz where there is no path.
/// Errors: those of io::parse_url.
[[nodiscard]] Result<io::HttpUrl> gate_url(const std::string& text);

}  // namespace sparkwarden::commands
