// SPDX-License-Identifier: Apache-2.0
// What each line of PySpark asks of Python and of the packages it works with.
#pragma once

#include <span>
#include <string_view>

namespace sparkwarden::probes::python {

/// `below` is a version that is too new already; empty: any newer one will do. `connect`: only
/// Spark Connect's Python client needs it.
struct Floor {
  std::string_view package;  // normalised; "python" is the interpreter
  std::string_view minimum;
  std::string_view below = {};
  bool connect = false;
};

/// The floors of the release line that `pyspark` (a version, as 4.0.1) belongs to. Newer lines than
/// the newest known one are held to its floors, since floors only rise; empty for what is older
/// than 3.5 or no version.
/// Source: Requires-Python and the extras in Requires-Dist of pyspark 3.5.9, 4.0.5, 4.1.4, 4.2.1
/// and 4.3.0.
[[nodiscard]] std::span<const Floor> floors_of(std::string_view pyspark);

}  // namespace sparkwarden::probes::python
