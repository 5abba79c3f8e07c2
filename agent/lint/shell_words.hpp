// SPDX-License-Identifier: Apache-2.0
// The words of a shell command line, with the place of each.
#pragma once

#include <string_view>
#include <vector>

#include "probes/config/place.hpp"

namespace sparkwarden::lint {

struct Word {
  probes::config::Text text;  // without quotes; its place covers the word as written
  bool expands = false;       // holds a $ or ` that the shell replaces by something unknown
};

/// Words as a POSIX shell splits them: quotes, backslashes, continued lines and comments. Operators
/// such as && and ; are words of their own where blanks stand around them. Expansions stay as they
/// are. A quote that is never closed ends with the text.
/// Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.3.
[[nodiscard]] std::vector<Word> shell_words(std::string_view text);

}  // namespace sparkwarden::lint
