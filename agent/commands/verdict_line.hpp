// SPDX-License-Identifier: Apache-2.0
// "Why", in one line: what `wait` leaves in the termination message, so that `kubectl describe pod`
// answers without any tool.
#pragma once

#include <string>
#include <string_view>

#include "exporters/report/report.hpp"

namespace sparkwarden::commands {

inline constexpr std::size_t kVerdictLineMax = 2048;

/// `outcome`, then the worst finding of the report with its fix; at most kVerdictLineMax bytes, no
/// control characters.
[[nodiscard]] std::string verdict_line(std::string_view outcome,
                                       const exporters::ReportDocument& document);

/// The checks inside an agent's /status answer; empty when the text is not one.
[[nodiscard]] exporters::ReportDocument document_of_status(std::string_view status_json);

}  // namespace sparkwarden::commands
