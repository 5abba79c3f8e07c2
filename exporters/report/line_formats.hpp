// SPDX-License-Identifier: Apache-2.0
// A report as lines that other programs know: compilers' for editors, GitHub's workflow commands.
#pragma once

#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// `path:line:column: error: message [code]`, as gcc prints; info is `note`.
[[nodiscard]] std::string report_gcc(const ReportDocument& document);

/// `::error file=...,line=...,title=code::message`: annotations in a pull request.
/// Source: GitHub Actions, "Workflow commands"; escapes as in @actions/core.
[[nodiscard]] std::string report_github(const ReportDocument& document);

}  // namespace sparkwarden::exporters
