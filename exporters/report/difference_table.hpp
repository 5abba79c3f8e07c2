// SPDX-License-Identifier: Apache-2.0
// What differs between two pods at a glance: a line each, worst first.
#pragma once

#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// A line per finding with what the driver has (`expected`) and what the executor has (`actual`);
/// `-` for nothing. Values that are too long are cut. Empty when there are no findings.
[[nodiscard]] std::string difference_table(const ReportDocument& document, bool colour);

}  // namespace sparkwarden::exporters
