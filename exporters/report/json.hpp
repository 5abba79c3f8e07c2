// SPDX-License-Identifier: Apache-2.0
// A report for programs. The form is docs/schemas/report.schema.json.
#pragma once

#include <string>

#include "exporters/report/report.hpp"

namespace sparkwarden::exporters {

/// One line of JSON with a line end; keys always in the same order.
[[nodiscard]] std::string report_json(const ReportDocument& document);

}  // namespace sparkwarden::exporters
