// SPDX-License-Identifier: Apache-2.0
// Did you mean: the nearest known word.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sparkwarden {

/// The word of `known` nearest to `word` by edit distance, if it is near enough to be a slip of the
/// pen (a third of its length, at most `edits_max`); else empty.
[[nodiscard]] std::string nearest(std::string_view word,
                                  std::span<const std::string> known,
                                  std::size_t edits_max = 3);

}  // namespace sparkwarden
