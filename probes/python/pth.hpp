// SPDX-License-Identifier: Apache-2.0
// Lines of .pth files. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparkwarden::probes::python {

/// `paths` are as written: relative ones belong to the site directory. `runs_code` are the numbers,
/// from 1, of the lines that Python would execute.
struct PthLines {
  std::vector<std::string> paths = {};
  std::vector<int> runs_code = {};

  bool operator==(const PthLines&) const = default;
};

/// Source: Lib/site.py addpackage: comments and blank lines are skipped, `import ` and
/// `import<TAB>` are executed, everything else is a path.
[[nodiscard]] PthLines parse_pth(std::string_view text);

/// Whether every stock environment has this file: it runs code, and adds no path.
[[nodiscard]] bool is_well_known_pth(std::string_view file_name);

}  // namespace sparkwarden::probes::python
