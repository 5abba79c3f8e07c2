// SPDX-License-Identifier: Apache-2.0
// Names of Python distributions, as PEP 503 compares them.
#pragma once

#include <string>
#include <string_view>

namespace sparkwarden {

/// `name` in lower case with every run of `-`, `_` and `.` as one `-`.
/// Source: PEP 503; packaging.python.org, name-normalization (ASCII only).
[[nodiscard]] std::string normalized_name(std::string_view name);

/// Whether `name` may be a distribution's at all; pip drops the others.
[[nodiscard]] bool is_valid_name(std::string_view name);

}  // namespace sparkwarden
