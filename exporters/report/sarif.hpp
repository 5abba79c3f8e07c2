// SPDX-License-Identifier: Apache-2.0
// A report as SARIF 2.1.0: what code scanning of GitHub, GitLab and Azure reads.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/core/fingerprint.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

struct SarifOptions {
  SourceLine source_line = {};  // masked; for snippets, fingerprints and columns in characters
  std::function<std::string_view(std::string_view code)> help = {};  // markdown; may be empty
};

/// One run. Rules are those of document.rules that have results; what is suppressed is a result
/// with its justification; what could not be looked at is a notification of the invocation.
/// Source: OASIS SARIF 2.1.0 (sarif-schema-2.1.0.json).
[[nodiscard]] std::string report_sarif(const ReportDocument& document, const SarifOptions& options);

}  // namespace sparkwarden::exporters
