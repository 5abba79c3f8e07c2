// SPDX-License-Identifier: Apache-2.0
// "Why", in one line: what `wait` leaves in the termination message, so that `kubectl describe pod`
// answers without any tool.
#pragma once

#include <string>
#include <string_view>

#include "exporters/report/report.hpp"

namespace sparkwarden::commands {

/// With its line feed 2 KiB: what the kubelet takes of a log as termination message.
inline constexpr std::size_t kVerdictLineMax = 2047;

/// `outcome`, then the worst finding of the report with its fix and the command that tells more; at
/// most kVerdictLineMax bytes, printable. What is too long is cut, the message first.
[[nodiscard]] std::string verdict_line(std::string_view outcome,
                                       const exporters::ReportDocument& document);

/// The checks inside an agent's /status answer that its gate waits for, and where none of them
/// keeps it shut the agent's own; empty when the text is not one.
[[nodiscard]] exporters::ReportDocument document_of_status(std::string_view status_json);

}  // namespace sparkwarden::commands
