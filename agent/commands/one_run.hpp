// SPDX-License-Identifier: Apache-2.0
// Every probe of the role once, in order, as `check` and `wait --check` do.
#pragma once

#include <string>
#include <vector>

#include "agent/commands/setup.hpp"
#include "exporters/report/report.hpp"

namespace sparkwarden::commands {

/// A report of each probe in `only` (empty: all). Probes whose facts another one needs run as well,
/// but are not reported on.
[[nodiscard]] exporters::ReportDocument run_all_once(const Setup& setup,
                                                     const std::vector<std::string>& only);

/// 1 for an error finding (strict: also a warning), else 3 if something could not be looked at,
/// else 0.
[[nodiscard]] int exit_code(const exporters::ReportDocument& document, bool strict);

}  // namespace sparkwarden::commands
