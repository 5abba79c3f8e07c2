// SPDX-License-Identifier: Apache-2.0
// The judgement of one report.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/report.hpp"

namespace sparkwarden {

enum class Verdict { pass, warn, fail, unknown };

inline constexpr std::array kVerdicts{
    Verdict::pass, Verdict::warn, Verdict::fail, Verdict::unknown};

/// First rule that matches: an error finding is fail; something not looked at is unknown; a warning
/// is warn; else pass. "Could not look" is never fine, and never hides what was seen to be broken.
[[nodiscard]] Verdict judge(const Observed& observed);

[[nodiscard]] std::string_view to_string(Verdict verdict);

}  // namespace sparkwarden
